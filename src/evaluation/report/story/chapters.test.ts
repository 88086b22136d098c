import { beforeAll, describe, expect, test } from "vitest";
import type { Chart } from "../../charts/index.ts";
import { Report } from "../document.ts";
import { sampleReport } from "../sample-report.ts";
import { withEverySection } from "../testing/every-section.ts";
import type { Block } from "./block.ts";
import { chaptersOf } from "./chapters.ts";
import { chanceText, counted, figureText, quantityText, roundAmount, shareText } from "./figures-text.ts";

let whole: Report;
beforeAll(async () => {
  whole = Report.parse(withEverySection(await sampleReport()));
});

/** Every piece of a story, those inside folds too. */
const pieces = (blocks: readonly Block[]): Block[] =>
  blocks.flatMap((block) => (block.kind === "folded" ? [block, ...pieces(block.blocks)] : [block]));

const chartsIn = (report: Report): Chart[] =>
  chaptersOf(report).flatMap(({ blocks }) =>
    pieces(blocks).flatMap((block) => (block.kind === "chart" ? [block.chart] : block.kind === "charts" ? block.charts : [])),
  );

function chartOf<Kind extends Chart["kind"]>(report: Report, kind: Kind, title: string): Extract<Chart, { kind: Kind }> {
  const found = chartsIn(report).find((chart) => chart.title === title);
  expect(found?.kind, title).toBe(kind);
  return found as Extract<Chart, { kind: Kind }>;
}

describe("charts tell what the report holds", () => {
  test("the way from price profit to net profit has no gap", () => {
    const fees = { ...whole.costs!.amounts, price: 100, fees: 10, spread: 0, slippage: 5, dividends: -3, profit: 88 };
    const { rows } = chartOf({ ...whole, costs: { ...whole.costs!, amounts: fees } }, "rows", "From price profit to net profit");
    expect(rows.map(({ label, from, to }) => [label, from, to])).toEqual([
      ["Profit at the market's prices", undefined, 100],
      ["Fees", 100, 90],
      ["Slippage", 90, 85],
      ["Dividends", 85, 88],
      ["Net profit", undefined, 88],
    ]);
    expect(rows.map(({ tone }) => tone)).toEqual(["agent", "loss", "loss", "gain", "agent"]);
  });

  test("the steps of the histogram are its bins, the normal curve has the same area", () => {
    const bins = [
      { from: null, to: -0.02, agent: 1, buyAndHold: 2 },
      ...Array.from({ length: 40 }, (_, index) => ({
        from: -0.02 + index * 0.001,
        to: -0.019 + index * 0.001,
        agent: index,
        buyAndHold: 1,
      })),
      { from: 0.02, to: null, agent: 0, buyAndHold: 0 },
    ];
    const moments = { mean: 0.001, deviation: 0.004, skewness: null, kurtosis: null };
    const returns = { ...whole.returns!, distribution: { bins, moments: { agent: moments, buyAndHold: moments } } };
    const { x, series, note } = chartOf({ ...whole, returns }, "line", "Distribution of the bars' returns");
    expect([x[0], x.at(-1)]).toEqual([-0.02, 0.02]);
    expect(series[0]!.values.filter((_, index) => index % 2 === 0)).toEqual([...Array(40).keys(), 39]);
    const area = series[2]!.values
      .slice(1)
      .reduce<number>((sum, value, index) => sum + ((value! + series[2]!.values[index]!) / 2) * (x[index + 1]! - x[index]!), 0);
    expect(area).toBeCloseTo(781 * 0.001, 4); // 0 + 1 + … + 39 and the one below.
    expect(note).toContain("1 of the agent's bars");
  });

  test("the fan of futures pairs its quantiles from the outside in", () => {
    const simulation = whole.risk!.simulations.find(({ result }) => result !== null)!.result!;
    const { series, bands, x } = chartOf(whole, "line", "Simulated wealth, block bootstrap");
    expect(x).toEqual(simulation.fan.periods);
    expect(bands!.map(({ name }) => name)).toEqual(["5 % to 95 %", "25 % to 75 %"]);
    expect(bands![0]!.low).toEqual(simulation.fan.quantiles.map(([low]) => low));
    expect(bands![0]!.high).toEqual(simulation.fan.quantiles.map((row) => row.at(-1)));
    expect(series[0]!.values).toEqual(simulation.fan.quantiles.map((row) => row[2]));
  });

  test("the agent stands among bands at other times as it was by then", () => {
    const time = [10, 20, 30, 40];
    const line = [1, 1, 1, 1];
    const bands = { time, random: { count: 20, low: line, median: line, high: line } };
    const series = { ...whole.series, time: [15, 30, 35], equity: { agent: [7, 8, 9] } };
    const drawn = chartOf({ ...whole, bands, series }, "line", "Luck of the seed, and of chance");
    expect(drawn.series[0]!.values).toEqual([null, 7, 8, 9]);
  });

  test("the policy map is pale where nothing was observed", () => {
    const { cells, legend } = chartOf(whole, "grid", "Policy map");
    const map = whole.explanation!.map!;
    for (const [down, row] of cells.entries())
      for (const [across, cell] of row.entries()) {
        expect(cell!.label).toBe(map.choices![down]![across]);
        expect(cell!.strength > 0.5).toBe(map.observed[down]![across]! > 0);
      }
    expect(legend.map(({ name }) => name)).toEqual(["short", "flat", "long"]);
  });

  test("round trips stand where they were behind and what they brought", () => {
    const points = Array.from({ length: 6 }, (_, index) => ({
      closedAt: null,
      side: "long" as const,
      profit: index - 2,
      adverse: -0.01 * index,
      favourable: 0.1,
    }));
    const attribution = { ...whole.attribution!, trips: { ...whole.attribution!.trips, count: 60, points } };
    const { marks, note } = chartOf({ ...whole, attribution }, "line", "Round trips by how far they were behind");
    expect(marks!.map(({ x, y, kind }) => [x, y, kind])).toEqual(
      points.map(({ adverse, profit }) => [adverse, profit, profit > 0 ? "gain" : "loss"]),
    );
    expect(note).toContain("6 of 60");
  });

  test("columns of every line have the length of their axis", () => {
    for (const chart of chartsIn(whole)) {
      if (chart.kind !== "line") continue;
      for (const { values } of chart.series) expect(values, chart.title).toHaveLength(chart.x.length);
      for (const { low, high } of chart.bands ?? [])
        expect([low.length, high.length], chart.title).toEqual([chart.x.length, chart.x.length]);
    }
  });
});

describe("tables", () => {
  test("have a cell for every head", () => {
    const tables = chaptersOf(whole).flatMap(({ blocks }) =>
      pieces(blocks).flatMap((block) => (block.kind === "table" ? [block.table] : [])),
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const { heads, rows } of tables) for (const { cells } of rows) expect(cells).toHaveLength(heads.length);
  });

  test("say what a thinned report leaves out", () => {
    const thinned: Report = {
      ...whole,
      tradesLeftOut: 996,
      series: { ...whole.series, thinned: { bars: 1_000_000, points: 1021, how: "" } },
    };
    const text = JSON.stringify(chaptersOf(thinned));
    for (const said of ["1,000 trades", "4 of 1,000 trades are marked, the first and the last", "1,021 of 1,000,000 bars are drawn"])
      expect(text).toContain(said);
  });
});

test("figures in words", () => {
  expect([roundAmount(818_634_230_025, "USD"), roundAmount(1234, "EUR"), roundAmount(12, "USDT"), roundAmount(0, "USD")]).toEqual([
    "$819 billion",
    "€1.23 thousand",
    "12.0 USDT",
    "$0.00",
  ]);
  expect([chanceText(0.0004), chanceText(0.25), chanceText(0), chanceText(null), shareText(null)]).toEqual([
    "< 0.1 %",
    "25.0 %",
    "0.0 %",
    "–",
    "–",
  ]);
  expect([counted(1, "bar"), counted(1200, "bar"), counted(2, "series", "series")]).toEqual(["1 bar", "1,200 bars", "2 series"]);
  expect([
    figureText(0.00123, "share", "USD"),
    figureText(null, "ratio", "USD"),
    figureText(3, "bars", "USD"),
    figureText(-5, "money", "USD"),
  ]).toEqual(["0.12 %", "–", "3 bars", "−$5.00"]);
  expect([quantityText(1.5), quantityText(2), quantityText(0.1234567)]).toEqual(["1.5", "2", "0.123457"]);
});
