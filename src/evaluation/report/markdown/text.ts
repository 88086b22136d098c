import type { Cell, Table } from "../story/block.ts";

/** Words that mean nothing but themselves: what Markdown or HTML would read as a sign is escaped, lines become one. */
export const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]{}|~#]/g, String.raw`\$&`)
    .trim();

/** Text as it stands, between fences longer than any inside it. */
export function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** A cell as text of a table or a list. */
export function cellText(cell: Cell): string {
  if (typeof cell === "string") return plain(cell);
  return cell.code ? `<code>${plain(cell.text)}</code>` : plain(cell.text);
}

/** A table of GitHub's Markdown: the first column to the left, figures to the right, the chosen rows in bold. */
export function tableText({ heads, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const bold = (text: string, isBold: boolean) => (isBold && text !== "" ? `**${text}**` : text);
  return [
    line(heads.map(({ text }) => plain(text))),
    line(heads.map(({ prose }, index) => (index === 0 || prose ? ":---" : "---:"))),
    ...rows.map(({ cells, chosen }) => line(cells.map((cell) => bold(cellText(cell), chosen)))),
  ].join("\n");
}
