import { type Chart, chartSvg } from "../../charts/index.ts";
import type { Report } from "../document.ts";
import type { Block, Chapter } from "../story/block.ts";
import { chaptersOf } from "../story/chapters.ts";
import { type Opening, openingOf } from "../story/opening.ts";
import { cellText, fenced, plain, tableText } from "./text.ts";

/** A report in GitHub's Markdown, and the drawings that it shows, by their paths from its folder. */
export interface ReportMarkdown {
  readonly markdown: string;
  /** SVG files by path, such as "figures/equity.svg". */
  readonly figures: Readonly<Record<string, string>>;
}

/**
 * The report's story in words, tables and small drawings, to be committed or sent. `folder` is where the drawings are to lie, from the
 * file's own folder. What only a page unfolds, such as every single trade, is left out.
 */
export function renderReportMarkdown(report: Report, { folder = "figures" }: { readonly folder?: string } = {}): ReportMarkdown {
  const opening = openingOf(report);
  return storyMarkdown(beginning(report, opening), chaptersOf(report), folder, `---\n\n${plain(opening.closing)}`);
}

/** Chapters between what begins and what ends a document, both Markdown; `folder` is where the drawings are to lie. */
export function storyMarkdown(first: readonly string[], chapters: readonly Chapter[], folder: string, last = ""): ReportMarkdown {
  const figures: Record<string, string> = {};
  const draw = (chart: Chart): string => {
    const path = freePath(folder, chart.title, figures);
    figures[path] = chartSvg(chart);
    return path;
  };
  const parts = [...first, ...chapters.map((chapter) => chapterText(chapter, draw)), last];
  return { markdown: `${parts.filter((part) => part !== "").join("\n\n")}\n`, figures };
}

function freePath(folder: string, title: string, taken: Readonly<Record<string, string>>): string {
  const name =
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .slice(0, 60)
      .replaceAll(/^-|-$/g, "") || "figure";
  for (let count = 1; ; count++) {
    const path = `${folder}/${name}${count === 1 ? "" : `-${count}`}.svg`;
    if (!Object.hasOwn(taken, path)) return path;
  }
}

function beginning(report: Report, { warning, title, subtitle, skill, chance, tiles }: Opening): string[] {
  const { headline, sentences } = report.verdict;
  const side = (pick: (tile: Opening["tiles"][number]) => string) => `| ${tiles.map(pick).join(" | ")} |`;
  return [
    `# ${plain(title)}`,
    ...(warning ? [`> **${plain(warning[0])}** ${plain(warning[1])}`] : []),
    plain(subtitle),
    `**${plain(skill)}.** ${plain(headline)}`,
    plain(chance),
    listText(sentences),
    [
      side(({ label }) => plain(label)),
      side(() => "---:"),
      side(({ value }) => `**${plain(value)}**`),
      side(({ beside }) => plain(beside)),
    ].join("\n"),
  ];
}

const listText = (items: readonly string[]): string => items.map((item) => `- ${plain(item)}`).join("\n");

type Draw = (chart: Chart) => string;

const chapterText = ({ title, blocks }: Chapter, draw: Draw): string =>
  [`## ${plain(title)}`, ...blocks.map((block) => blockText(block, draw))].filter((part) => part !== "").join("\n\n");

function blockText(block: Block, draw: Draw): string {
  switch (block.kind) {
    case "words":
      return plain(block.text);
    case "list":
      return listText(block.items);
    case "facts": {
      const rows = block.rows.map(([name, value]) => `- ${plain(name)}: ${cellText(value)}`).join("\n");
      return titled(block.title, rows);
    }
    case "table":
      return titled(block.title, tableText(block.table), block.note);
    case "chart":
      return picture(block.chart, draw);
    case "charts":
      return block.charts.map((chart) => picture(chart, draw)).join("\n\n");
    case "folded": {
      if (!block.onPaper) return "";
      const inside = block.blocks.map((each) => blockText(each, draw)).join("\n\n");
      return `<details><summary>${plain(block.summary)}</summary>\n\n${inside}\n\n</details>`;
    }
    case "code":
      return fenced(block.text);
  }
}

const titled = (title: string | null, body: string, note: string | null = null): string =>
  [title === null ? "" : `### ${plain(title)}`, body, note === null ? "" : plain(note)].filter((part) => part !== "").join("\n\n");

function picture(chart: Chart, draw: Draw): string {
  const note = chart.note === undefined ? "" : `\n\n*${plain(chart.note)}*`;
  return `![${plain(chart.title)}](${draw(chart)})${note}`;
}
