import type { App } from "./command.ts";
import { renderTable } from "./table.ts";

type Difference = Awaited<ReturnType<App["diffData"]>>;
type SeriesDifference = Difference["series"][number];

/** What `data diff` says to a person: the sum, a line for each series that differs, and the first rows. */
export function describeDifference({ left, right, equal, added, removed, changed, series }: Difference): string {
  const [from, to] = [left, right].map(({ name, contentHash }) => `${name}@${contentHash.slice(0, 12)}`);
  if (equal) return `${from} and ${to} hold the same.`;
  const head = `From ${from} to ${to}: ${count(added)} bars added, ${count(removed)} removed, ${count(changed)} changed`;
  const table = renderTable(
    ["symbol", "bars before", "after", "added", "removed", "changed", "columns", "besides"],
    series.map((each) => [each.symbol, ...each.rows, each.added, each.removed, each.changed, columnsOf(each), besidesOf(each)]),
  );
  return [head, "", table, ...series.flatMap(firstRows)].join("\n");
}

const count = (value: number): string => value.toLocaleString("en-US");

const columnsOf = ({ byColumn }: SeriesDifference): string =>
  Object.entries(byColumn)
    .map(([name, rows]) => `${name} ${rows}`)
    .join(", ");

const besidesOf = ({ instrument, actions }: SeriesDifference): string =>
  [
    ...(instrument ? ["instrument"] : []),
    ...(actions.added > 0 ? [`${actions.added} corporate actions added`] : []),
    ...(actions.removed > 0 ? [`${actions.removed} corporate actions removed`] : []),
  ].join(", ");

function firstRows({ symbol, first, added, removed, changed }: SeriesDifference): string[] {
  if (first.length === 0) return [];
  const more = added + removed + changed - first.length;
  const signs = { added: "+", removed: "-", changed: "~" };
  const lines = first.map(({ time, kind, values = {} }) => {
    const changes = Object.entries(values).map(([name, [before, after]]) => `${name} ${before} -> ${after}`);
    return `  ${signs[kind]} ${new Date(time).toISOString()}  ${changes.join(", ") || kind}`;
  });
  return ["", `${symbol}, by close (UTC):`, ...lines, ...(more > 0 ? [`  and ${count(more)} more`] : [])];
}
