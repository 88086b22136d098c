import { beforeAll, describe, expect, test } from "vitest";
import { renderReportHtml, reportHash } from "../index.ts";
import { Report } from "./document.ts";
import { sampleReport } from "./sample-report.ts";

let real: Report, synthetic: Report;

beforeAll(async () => {
  real = await sampleReport();
  synthetic = await sampleReport({ synthetic: true, seeds: 2 });
});

describe("report document", () => {
  test("is what the contract says, also after a trip through JSON", () => {
    for (const report of [real, synthetic]) expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  test("is the same for the same input; its hash leaves out the clock and nothing else", async () => {
    const again = await sampleReport();
    expect(again).toEqual(real);
    expect(reportHash({ ...again, clock: { createdAt: "later", durationMs: 1 } })).toBe(reportHash(real));
    expect(reportHash({ ...again, name: "another" })).not.toBe(reportHash(real));
    expect(reportHash(JSON.parse(JSON.stringify(real)) as Report)).toBe(reportHash(real));
  });

  test("has the agent first, and every series bar by bar over the test stretch", () => {
    expect(real.strategies.map(({ name, kind }) => [name, kind])).toEqual([
      ["agent", "agent"],
      ["buy-and-hold", "baseline"],
      ["random", "baseline"],
      ["flat", "baseline"],
    ]);
    const { time, open, high, low, close, exposure, equity, drawdown } = real.series;
    for (const column of [time, open, high, low, close, exposure, ...Object.values(equity), ...Object.values(drawdown)])
      expect(column).toHaveLength(real.split.test.bars);
    expect(Object.keys(equity)).toEqual(["agent", "buy-and-hold", "random", "flat"]);
    for (const [name, values] of Object.entries(equity)) expect(values[0], name).toBe(100_000);
    expect([time[0], time.at(-1)]).toEqual([real.split.test.from, real.split.test.to]);
  });

  test("tables and series tell the same story", () => {
    for (const { name, metrics } of real.strategies) {
      expect(real.series.equity[name]!.at(-1)! / 100_000 - 1).toBeCloseTo(metrics.totalReturn!, 9);
      expect(Math.min(...real.series.drawdown[name]!)).toBeCloseTo(metrics.maxDrawdown!, 9);
    }
    expect(real.trades).toHaveLength(real.strategies[0]!.metrics.trades);
    expect(real.significance.estimate).toBeCloseTo(real.strategies[0]!.metrics.sharpe! - real.strategies[1]!.metrics.sharpe!, 2);
    expect(real.seeds.filter(({ chosen }) => chosen).map(({ test: metrics }) => metrics)).toEqual([real.strategies[0]!.metrics]);
    const tests = real.seeds.map(({ test: { sharpe } }) => sharpe!).toSorted((left, right) => left - right);
    expect(real.generalisation).toMatchObject({ testSharpe: tests[2], testSharpeLow: tests[0], testSharpeHigh: tests[4] });
    const product = real.walkForward.folds.reduce((growth, { agent }) => growth * (1 + agent.totalReturn!), 1);
    expect(real.walkForward.agent!.totalReturn).toBeCloseTo(product - 1, 9);
  });

  test("does not claim skill for a moving average", () => {
    expect(real.verdict).toMatchObject({
      skill: "indistinguishable",
      headline: expect.stringContaining("Not distinguishable from buy-and-hold"),
    });
  });
});

describe("HTML report", () => {
  test("is one file that asks the network for nothing", () => {
    const page = renderReportHtml(real);
    expect(page).not.toMatch(/<link|<img|<iframe|@import|\ssrc=|url\(|https?:\/\//);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain("prefers-color-scheme:dark");
    expect(page).toContain('name="viewport"');
  });

  test("carries the series' data, not only axes", () => {
    const charts = chartsOf(renderReportHtml(real));
    expect(charts[0]).toMatchObject({ x: real.series.time, unit: { prefix: "$" } });
    for (const name of ["agent", "buy-and-hold", "random", "flat"])
      expect(charts[0]!.series.find((series) => series.name === name)!.values).toEqual(real.series.equity[name]);
    expect(charts[1]!.series[0]!.values).toEqual(real.series.drawdown["agent"]);
    expect(charts[2]!.series[0]!.values).toEqual(real.series.close);
    expect(charts[3]!.series[0]!.values).toEqual(real.series.exposure);
    expect(charts.slice(4).map(({ series }) => series.length)).toEqual([5, 5, 5]);
    expect(charts[5]!.series[1]!.values).toEqual(real.trainingCurves[1]!.entropy);
  });

  test("draws every bar of every line, and a mark for every trade", () => {
    const page = renderReportHtml(real);
    const equity = page.slice(page.indexOf("<h3>Equity"), page.indexOf("<h3>Drawdown"));
    const lines = [...equity.matchAll(/class="line (\w+)" d="([^"]+)"/g)];
    expect(lines.map(([, tone]) => tone)).toEqual(["flat", "random", "hold", "agent"]);
    for (const [, , path] of lines) expect(path!.match(/[ML]/g)).toHaveLength(real.split.test.bars);
    expect(page.match(/<i class="(buy|sell)" style/g)).toHaveLength(real.trades.length);
  });

  test("says the verdict first, and shows every table", () => {
    const page = renderReportHtml(real);
    expect(page.indexOf(real.verdict.headline)).toBeLessThan(page.indexOf("<h2>"));
    for (const title of [
      "Side by side",
      "Seeds",
      "Walk-forward",
      "Training",
      "Trades",
      "Where the data comes from",
      "What was run",
      "How it was computed",
    ])
      expect(page).toMatch(new RegExp(`<h2>${title}`));
    for (const text of [
      real.data.lineage.sha256,
      real.data.contentHash,
      real.experimentHash,
      "vega-datasets 3.2.1",
      "BSD-3-Clause",
      "Sortino ratio",
    ])
      expect(page).toContain(text);
    for (const { weightsSha256 } of real.seeds) expect(page).toContain(weightsSha256);
  });

  test("labels synthetic data, and only that", () => {
    expect(renderReportHtml(synthetic)).toContain("<b>SYNTHETIC DATA</b>");
    expect(renderReportHtml(real)).not.toContain("SYNTHETIC DATA");
  });

  test("escapes what comes from outside", () => {
    const page = renderReportHtml({ ...real, name: "<script>alert(1)</script>", experiment: { note: "</pre><b>" } });
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toContain("</pre><b>");
  });

  test("does without seeds, folds, curves and trades", () => {
    const bare: Report = { ...real, seeds: [], trainingCurves: [], trades: [], walkForward: { folds: [], agent: null, buyAndHold: null } };
    const page = renderReportHtml(Report.parse(bare));
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(page).not.toMatch(/<h2>(Seeds|Walk-forward|Training)/);
  });

  test("has no number that went wrong", () => {
    for (const report of [real, synthetic])
      expect(renderReportHtml(report).replace(/<script>[^]*$/, "")).not.toMatch(/NaN|undefined|Infinity/);
  });
});

interface ChartData {
  readonly x: number[];
  readonly unit: { readonly prefix: string };
  readonly series: { readonly name: string; readonly values: (number | null)[] }[];
}

const chartsOf = (page: string): ChartData[] =>
  [...page.matchAll(/<script type="application\/json">(.*?)<\/script>/g)].map(([, json]) => JSON.parse(json!) as ChartData);
