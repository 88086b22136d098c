import { UserError } from "../../base/index.ts";

/** Numbers of an observation that are changed together, because they say the same thing at several times. */
export interface FeatureGroup {
  readonly name: string;
  /** Indices into the observation. */
  readonly columns: readonly number[];
}

/** A name of an observation's number in its parts: `rsi@-3` is the feature `rsi` three bars ago. */
export function laggedName(name: string): { readonly feature: string; readonly lag: number } {
  const parts = /^(.+)@-(\d+)$/.exec(name);
  return parts ? { feature: parts[1]!, lag: Number(parts[2]) } : { feature: name, lag: 0 };
}

/** One group for each feature, over all bars of the window, in the order in which they first appear. */
export function featureGroups(names: readonly string[]): FeatureGroup[] {
  const columns = new Map<string, number[]>();
  names.forEach((name, column) => {
    const { feature } = laggedName(name);
    columns.set(feature, [...(columns.get(feature) ?? []), column]);
  });
  return [...columns].map(([name, members]) => ({ name, columns: members }));
}

/** The group of each number, [size]. Groups that leave one out, or have one twice, are `config/invalid`. */
export function groupOfColumn(groups: readonly FeatureGroup[], names: readonly string[]): Int32Array {
  const of = new Int32Array(names.length).fill(-1);
  groups.forEach(({ name, columns }, group) => {
    for (const column of columns) {
      if (of[column] !== -1) throw wrongGroups(`group "${name}" has number ${column}, which there is none of or another group has`);
      of[column] = group;
    }
  });
  const missing = of.indexOf(-1);
  if (missing >= 0) throw wrongGroups(`no group has number ${missing}, ${names[missing]}`);
  return of;
}

const wrongGroups = (what: string): UserError =>
  new UserError("config/invalid", `groups: ${what}`, { path: "groups", hint: "Put every number of an observation into just one group." });
