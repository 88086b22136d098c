import { beforeAll, describe, expect, test } from "vitest";
import { Report } from "../document.ts";
import { sampleReport } from "../sample-report.ts";
import { degenerate } from "../testing/degenerate.ts";
import { withEverySection } from "../testing/every-section.ts";
import { renderReportMarkdown } from "./document.ts";
import { plain } from "./text.ts";

let whole: Report;
beforeAll(async () => {
  whole = Report.parse(withEverySection(await sampleReport()));
});

const headings = (markdown: string) => [...markdown.matchAll(/^## (.+)$/gm)].map(([, title]) => title);

test("tells the story of the page: the verdict, every chapter, the command to repeat it", () => {
  const { markdown } = renderReportMarkdown(whole);
  expect(markdown).toMatch(/^# Moving averages on the S&amp;P 500\n/);
  expect(markdown).toContain(whole.verdict.headline);
  for (const sentence of whole.verdict.sentences) expect(markdown).toContain(`- ${plain(sentence)}`);
  expect(headings(markdown)).toEqual(expect.arrayContaining(["Equity and drawdown", "Returns", "Costs", "Risk", "Seeds", "All figures"]));
  expect(markdown).toContain("```\ntradewind train experiment.json --data sp500 --seeds 1,2,3\n```");
  expect(markdown).toContain(`| Total return | 18.0 % | 39.3 % | 10.3 % | 0.0 % |`);
});

describe("figures", () => {
  test("each that is shown is there, none is too much, all are small", () => {
    const { markdown, figures } = renderReportMarkdown(whole, { folder: "drawn/here" });
    const shown = [...markdown.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path);
    expect(shown).toEqual(Object.keys(figures));
    expect(shown.length).toBeGreaterThan(20);
    for (const [path, svg] of Object.entries(figures)) {
      expect(path).toMatch(/^drawn\/here\/[a-z0-9-]+\.svg$/);
      expect(svg.length, path).toBeLessThan(60_000);
      expect(svg, path).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test("of one name are told apart", () => {
    const { importance } = whole.explanation!;
    const alike = { ...whole.explanation!, importance: { ...importance, of: ["long?", "long!", "Long"] } };
    const paths = Object.keys(renderReportMarkdown({ ...whole, explanation: alike }).figures).filter((path) => path.includes("what-long"));
    expect(paths).toEqual(["", "-2", "-3"].map((number) => `figures/what-long-depends-on${number}.svg`));
  });
});

test("every row of a table has as many cells as its head", () => {
  const { markdown } = renderReportMarkdown(whole);
  const tables = markdown.match(/(?:^\|.*\|$\n?)+/gm)!;
  expect(tables.length).toBeGreaterThan(15);
  for (const table of tables) {
    const [head, ...rows] = table
      .trimEnd()
      .split("\n")
      .map((row) => row.replaceAll(/\\\|/g, "").split("|").length);
    for (const cells of rows) expect(cells, table).toBe(head);
  }
});

test("what comes from outside means nothing but itself", () => {
  const evil = "a|b\n# c <script>alert(1)</script> [x](y) `z` *w* &lt;";
  const { markdown, figures } = renderReportMarkdown({
    ...whole,
    name: evil,
    data: { ...whole.data, symbol: evil },
    reproduction: { ...whole.reproduction!, command: "```\nrm\n```" },
  });
  expect(markdown.replaceAll(/```[^]*?```/g, "")).not.toMatch(/<script>|^# c|\[x\]\(y\)/m);
  expect(markdown).toContain("# a\\|b \\# c &lt;script&gt;alert(1)&lt;/script&gt; \\[x\\](y) \\`z\\` \\*w\\* &amp;lt;");
  expect(markdown).toContain("````\n```\nrm\n```\n````");
  for (const svg of Object.values(figures)) expect(svg).not.toContain("<script");
});

test.each(Object.keys(degenerate))("of little it makes a whole text: %s", (kind) => {
  const { markdown, figures } = renderReportMarkdown(Report.parse(degenerate[kind]!(whole)));
  expect(markdown).not.toMatch(/NaN|undefined|Infinity|\[object/);
  for (const svg of Object.values(figures)) expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(headings(markdown)).toContain("Equity and drawdown");
});
