/**
 * Which rows of some columns to draw, `most` of them at most: all, or the extremes of every column in equal groups, so that no spike is
 * lost. Groups are as small as leaves no more rows than that: columns often have their extremes in common.
 */
export function keptIndices(length: number, columns: readonly (readonly (number | null)[])[], most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index);
  const fewest = Math.max(1, Math.floor((most - 2) / (2 * Math.max(columns.length, 1))));
  for (let groups = Math.max(fewest, (most - 2) >> 1); ; groups = Math.max(fewest, Math.floor(groups * 0.7))) {
    const kept = extremesInGroups(length, columns, groups);
    if (kept.size <= most || groups === fewest) return [...kept].sort((left, right) => left - right);
  }
}

function extremesInGroups(length: number, columns: readonly (readonly (number | null)[])[], groups: number): Set<number> {
  const kept = new Set([0, length - 1]);
  for (let group = 0; group < groups; group++) {
    const from = Math.floor((group * length) / groups);
    const to = Math.floor(((group + 1) * length) / groups);
    for (const column of columns) for (const index of extremesOf(column, from, to)) kept.add(index);
  }
  return kept;
}

/** Where a column is lowest and highest within [from, to); nothing where it has no value there. */
function extremesOf(column: readonly (number | null)[], from: number, to: number): number[] {
  let [lowest, highest] = [-1, -1];
  for (let index = from; index < to; index++) {
    const value = column[index]!;
    if (value === null) continue;
    if (lowest < 0 || value < column[lowest]!) lowest = index;
    if (highest < 0 || value > column[highest]!) highest = index;
  }
  return lowest < 0 ? [] : [lowest, highest];
}
