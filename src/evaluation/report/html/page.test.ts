import { beforeAll, describe, expect, test } from "vitest";
import { Report } from "../document.ts";
import { sampleReport } from "../sample-report.ts";
import { withEverySection } from "../testing/every-section.ts";
import { degenerate } from "../testing/degenerate.ts";
import { renderReportHtml } from "./page.ts";

let real: Report, synthetic: Report, whole: Report;

beforeAll(async () => {
  real = await sampleReport();
  synthetic = await sampleReport({ synthetic: true, seeds: 2 });
  whole = Report.parse(withEverySection(real));
});

const withoutScripts = (page: string): string => page.replaceAll(/<script[^]*?<\/script>/g, "");

test("is one file that asks the network for nothing", () => {
  const page = renderReportHtml(whole);
  expect(page).not.toMatch(/<link|<img|<iframe|@import|\ssrc=|url\(|https?:\/\//);
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain("prefers-color-scheme:dark");
  expect(page).toContain('name="viewport"');
});

describe("charts", () => {
  test("carry the data, not only axes", () => {
    const charts = chartsOf(renderReportHtml(real));
    expect(charts["Equity"]).toMatchObject({ x: real.series.time, unit: { prefix: "$" } });
    const equal = (title: string, name: string, values: readonly (number | null)[]) => {
      const drawn = charts[title]!.series.find((series) => series.name === name)!.values;
      expect(drawn, `${title}, ${name}`).toHaveLength(values.length);
      for (const [index, value] of drawn.entries()) expect(value!).toBeCloseTo(values[index]!, 3);
    };
    for (const name of ["agent", "buy-and-hold", "random", "flat"]) equal("Equity", name, real.series.equity[name]!);
    equal("Drawdown", "agent", real.series.drawdown["agent"]!);
    equal("SPX and the agent's trades", "close", real.series.close);
    equal("Exposure", "agent", real.series.exposure);
    equal("Entropy", "seed 2", real.trainingCurves[1]!.entropy);
    for (const title of ["Episode return", "Entropy", "KL divergence"]) expect(charts[title]!.series).toHaveLength(5);
  });

  test("draw every bar of every line, and a mark for every trade", () => {
    const page = renderReportHtml(real);
    const equity = page.slice(page.indexOf("<h3>Equity"), page.indexOf("<h3>Drawdown"));
    const lines = [...equity.matchAll(/class="line (\w+)" d="([^"]+)"/g)];
    expect(lines.map(([, tone]) => tone)).toEqual(["flat", "random", "hold", "agent"]);
    for (const [, , path] of lines) expect(path!.match(/[ML]/g)).toHaveLength(real.split.test.bars);
    expect(page.match(/<i class="(buy|sell)" style/g)).toHaveLength(real.trades.length);
  });

  test("have a title, a name for those who cannot see them, and a unit or a note", () => {
    const figures = [...withoutScripts(renderReportHtml(whole)).matchAll(/<figure class="chart[^]*?<\/figure>/g)].map(([text]) => text);
    expect(figures.length).toBeGreaterThan(20);
    for (const figure of figures) {
      expect(figure).toMatch(/<h3>[^<]+<\/h3>/);
      expect(figure).toMatch(/role="img" aria-label="[^"]{8,}"/);
      expect(figure).toMatch(/<figcaption>[^]*<p>[^<]+<\/p>/);
    }
  });
});

describe("the order of the story", () => {
  test("the verdict first, then the chapters that the contents name", () => {
    const page = renderReportHtml(whole);
    expect(page.indexOf(real.verdict.headline)).toBeLessThan(page.indexOf("<h2>"));
    const links = [...page.matchAll(/<a href="#([^"]+)"/g)].map(([, id]) => id);
    const chapters = [...page.matchAll(/<section class="chapter" id="([^"]+)"/g)].map(([, id]) => id);
    expect(links).toEqual(chapters);
    expect(new Set(chapters).size).toBe(chapters.length);
    expect(chapters).toEqual(
      expect.arrayContaining(["equity", "returns", "trades", "costs", "risk", "walk-forward", "trials", "explanation", "reproduction"]),
    );
  });

  test("everything that a report can hold is told", () => {
    const page = renderReportHtml(whole);
    const { lineage, contentHash } = real.data;
    for (const text of [lineage.sha256, contentHash, real.experimentHash, "vega-datasets 3.2.1", "BSD-3-Clause", "Sortino ratio"])
      expect(page).toContain(text);
    for (const { weightsSha256 } of real.seeds) expect(page).toContain(weightsSha256);
    for (const text of [
      "Monthly returns of the agent",
      "Rolling beta",
      "Simulated wealth",
      "Policy map",
      "Probability of backtest overfitting",
    ])
      expect(page, text).toContain(text);
    expect(page).toContain("tradewind train experiment.json");
    expect(page).toContain("crash after 2016-07-08: depth 0.3, recoveryMs to the end, seed 4");
  });

  test("months and years are those of the report, shaded by gain and loss", () => {
    const page = renderReportHtml(real);
    const table = page.slice(page.indexOf("Monthly returns of the agent"), page.indexOf("Monthly returns of buy-and-hold"));
    const cells = [...table.matchAll(/background:color-mix\(in srgb,var\(--(gain|loss)\) (\d+)%[^>]*>([−\d.]+)</g)];
    expect(cells).toHaveLength(real.returns!.months.length + real.returns!.years.length);
    for (const [, tone, , text] of cells) if (text !== "0.0") expect(tone).toBe(text!.startsWith("−") ? "loss" : "gain");
    const worst = real.returns!.months.toSorted((left, right) => left.agent - right.agent)[0]!;
    expect(table).toMatch(new RegExp(`--loss\\) 58%[^>]*>−${(-100 * worst.agent).toFixed(1)}<`));
  });
});

test("labels synthetic data, and only that", () => {
  expect(renderReportHtml(synthetic)).toContain("<b>SYNTHETIC DATA</b>");
  expect(renderReportHtml(real)).not.toContain("SYNTHETIC DATA");
});

test("escapes what comes from outside, in the page, its data and its style", () => {
  const evil = `</script></style><script>alert(1)</script>"}*{display:none}\\`;
  const named = (name: string) => ({ name, values: { sharpe: 1 } });
  const page = renderReportHtml({
    ...whole,
    name: evil,
    experiment: { note: "</pre><b>" },
    data: { ...whole.data, symbol: evil, currency: evil },
    figures: { ...whole.figures!, strategies: [named(evil)] },
    sweep: { ...whole.sweep!, best: [{ params: { [evil]: evil }, metrics: whole.strategies[0]!.metrics }] },
  });
  expect(page).not.toContain("<script>alert");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toContain("</pre><b>");
  expect(page.match(/<\/style>/g)).toHaveLength(1);
  expect(page).toContain(String.raw`\22 \7d \2a \7b display`);
});

describe("of little it makes a whole page", () => {
  test.each(Object.keys(degenerate))("%s", (kind) => {
    const page = withoutScripts(renderReportHtml(Report.parse(degenerate[kind]!(whole))));
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(page).toContain("<h2>Equity and drawdown</h2>");
    expect(page).toContain("</html>");
  });

  test("says that it never traded, and leaves out what there is not", () => {
    const page = renderReportHtml(Report.parse(degenerate["nothing but the curves"]!(whole)));
    expect(page).toContain("It never traded.");
    expect(page).not.toMatch(/<h2>(Seeds|Walk-forward|Training|Risk|Costs|Returns)/);
  });
});

test("has no number that went wrong", () => {
  for (const report of [real, synthetic, whole])
    expect(withoutScripts(renderReportHtml(report))).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

interface ChartData {
  readonly x: number[];
  readonly unit: { readonly prefix: string };
  readonly series: { readonly name: string; readonly values: (number | null)[] }[];
}

const chartsOf = (page: string): Record<string, ChartData> =>
  Object.fromEntries(
    [...page.matchAll(/<h3>([^<]+)<\/h3>(?:(?!<figure)[^])*?<script type="application\/json">(.*?)<\/script>/g)].map(([, title, json]) => [
      title!,
      JSON.parse(json!) as ChartData,
    ]),
  );
