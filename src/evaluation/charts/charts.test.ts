import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day, duration, minute, money, number, percent } from "../format.ts";
import { html, jsonScript } from "../markup.ts";
import { barChart, type Chart, chartFigure, chartSvg, lineChart, type Unit, written } from "./index.ts";
import { numberTicks, tickDigits, timeTicks } from "../ticks.ts";
import { keptIndices } from "./thinning.ts";

const plain: Unit = { scale: 1, prefix: "", suffix: "", digits: 2 };

describe("numbers as text", () => {
  test("thousands, a real minus, no −0", () => {
    expect([number(1234567.891), number(-0.5, 1), number(-0.001), number(0)]).toEqual(["1,234,567.89", "−0.5", "0.00", "0.00"]);
    expect([percent(0.1234), percent(-1)]).toEqual(["12.3 %", "−100.0 %"]);
    expect([money(1234.5, "USD"), money(-12, "EUR", 2), money(5, "USDT")]).toEqual(["$1,235", "−€12.00", "5 USDT"]);
    expect([duration(840), duration(12_300), duration(245_000)]).toEqual(["840 ms", "12.3 s", "4 min 05 s"]);
  });
  test("a close at midnight belongs to the day that ends", () => {
    expect([day(Date.UTC(2020, 3, 18)), day(Date.UTC(2020, 3, 17, 21))]).toEqual(["2020-04-17", "2020-04-17"]);
    expect(minute(Date.UTC(2020, 3, 17, 14, 30))).toBe("2020-04-17 14:30");
  });
});

describe("ticks", () => {
  test("of numbers are round, ascending, enclose the span and are neither few nor many", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, span) => {
        const ticks = numberTicks(low, low + span);
        const step = ticks[1]! - ticks[0]!;
        expect(ticks[0]).toBeLessThanOrEqual(low + 1e-6 * span);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + span - 1e-6 * span);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(
          [1, 2, 2.5, 5, 10].some((factor) => Math.abs(Math.log10(step / factor) - Math.round(Math.log10(step / factor))) < 1e-6),
        ).toBe(true);
      }),
    );
    expect(numberTicks(5, 5).length).toBeGreaterThan(1);
    expect([tickDigits([0, 0.25]), tickDigits([0, 20]), tickDigits([0, 0.1])]).toEqual([2, 0, 1]);
  });
  test("of time are beginnings of years, months, days or hours, at most as many as asked for", () => {
    const labels = (from: string, to: string) => timeTicks(Date.parse(from), Date.parse(to)).map(({ label }) => label);
    expect(labels("2000-02-01", "2020-04-17")).toEqual(["2005", "2010", "2015", "2020"]);
    expect(labels("2016-03-30", "2018-04-17")).toEqual(["Jul 2016", "Jan 2017", "Jul 2017", "Jan 2018"]);
    expect(labels("2024-03-01T09:30Z", "2024-03-01T16:00Z")).toEqual(["10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]);
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 1e12 }), (span) => {
        expect(timeTicks(1e12, 1e12 + span).length).toBeLessThanOrEqual(9);
      }),
    );
  });
});

describe("markup", () => {
  test("escapes what is put in, joins lists and leaves nothings out", () => {
    expect(html`<p title="${'"<&'}">${[1, null, false, html`<b>${"<"}</b>`]}</p>`.text).toBe('<p title="&quot;&lt;&amp;">1<b>&lt;</b></p>');
  });
  test("JSON inside a script cannot end it", () => {
    const { text } = jsonScript({ name: "</script>" });
    const [, json] = /^<script type="application\/json">([^<]*)<\/script>$/.exec(text)!;
    expect(JSON.parse(json!)).toEqual({ name: "</script>" });
  });
});

describe("charts", () => {
  const chart = (values: (number | null)[]) =>
    lineChart({
      title: "A",
      x: values.map((_, index) => index),
      xKind: "count",
      unit: plain,
      series: [{ name: "a", tone: "agent", values }],
    }).text;
  const drawnPoints = (text: string) => /class="line agent" d="([^"]*)"/.exec(text)![1]!.match(/[ML]/g)?.length ?? 0;

  test("a line goes from its lowest to its highest value inside the frame", () => {
    const path = /class="line agent" d="([^"]*)"/.exec(chart([0, 10, 5]))![1]!;
    const points = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, left, top]) => [Number(left), Number(top)]);
    expect(points.map(([left]) => left)).toEqual([0, 500, 1000]);
    const [bottom, top, middle] = points.map(([, height]) => height!);
    expect(bottom! > middle! && middle! > top! && top! >= 0 && bottom! <= 1000).toBe(true);
    expect(middle).toBeCloseTo((bottom! + top!) / 2, 0);
  });
  test("missing values are left out; nothing, one value and a level line can be drawn", () => {
    expect(drawnPoints(chart([1, null, 3]))).toBe(2);
    for (const values of [[], [1], [2, 2, 2], [null, null], [0, 0]]) expect(chart(values)).not.toMatch(/NaN|Infinity|undefined/);
  });
  test("long series are thinned without losing their extremes", () => {
    const values = Array.from({ length: 50_000 }, (_, index) => Math.sin(index / 100));
    values[31_337] = 9;
    values[31_338] = -9;
    const text = chart(values);
    const data = JSON.parse(/json">(.*?)<\/script>/.exec(text)![1]!) as { x: number[]; series: { values: number[] }[] };
    expect(data.x.length).toBeLessThanOrEqual(1500);
    expect([data.x[0], data.x.at(-1)]).toEqual([0, 49_999]);
    expect(data.series[0]!.values).toEqual(data.x.map((index) => Number(values[index]!.toPrecision(9))));
    expect([Math.max(...data.series[0]!.values), Math.min(...data.series[0]!.values)]).toEqual([9, -9]);
    expect(drawnPoints(text)).toBe(data.x.length);
  });
  test("lines that have their extremes in common are thinned no more than need be", () => {
    const value = (index: number) => Math.sin(index * index);
    const line = Array.from({ length: 50_000 }, (_, index) => value(index));
    const drawn = (columns: (number | null)[][]) => keptIndices(line.length, columns, 1000).length;
    expect(drawn([line])).toBeGreaterThan(800);
    expect(drawn([line, line.map((each) => 2 * each), line.map((each) => each + 1)])).toBeGreaterThan(800);
    for (const columns of [1, 3, 8, 40]) {
      const different = Array.from({ length: columns }, (_, which) => line.map((_each, index) => value(index + which)));
      expect(drawn(different)).toBeLessThanOrEqual(1000);
    }
    expect(drawn([line.map(() => null)])).toBe(2);
  });
  test("bars hang below 0 where values are negative, and are left out where there is none", () => {
    const { text } = barChart({
      title: "B",
      labels: ["one", "two", "three"],
      unit: plain,
      series: [{ name: "a", tone: "agent", values: [1, -1, null] }],
    });
    const bars = [...text.matchAll(/y="([\d.]+)"\s+height="([\d.]+)"/g)].map(([, top, height]) => [Number(top), Number(height)] as const);
    expect(bars).toHaveLength(2);
    expect(bars[0]![0] + bars[0]![1]).toBeCloseTo(bars[1]![0], 0);
  });
  test("values are written with their unit", () => {
    expect([
      written(-1234.5, { scale: 1, prefix: "$", suffix: "", digits: 0 }),
      written(0.5, { scale: 100, prefix: "", suffix: " %", digits: 1 }),
    ]).toEqual(["−$1,235", "50.0 %"]);
  });
});

describe("bands", () => {
  const drawn = (low: (number | null)[], high: (number | null)[]) => {
    const { text } = lineChart({
      title: "A",
      x: low.map((_, index) => index),
      xKind: "count",
      unit: plain,
      series: [],
      bands: [{ name: "b", tone: "agent", low, high }],
    });
    return /class="band agent" d="([^"]*)"/.exec(text)![1]!;
  };

  test("go along the upper line and back along the lower one; the axis holds both", () => {
    const points = [...drawn([0, 1, 2], [10, 11, 12]).matchAll(/([\d.]+) ([\d.]+)/g)].map(([, left, top]) => [Number(left), Number(top)]);
    expect(points.map(([left]) => left)).toEqual([0, 500, 1000, 1000, 500, 0]);
    const heights = points.map(([, top]) => top!);
    expect(heights.every((height) => height >= 0 && height <= 1000)).toBe(true);
    expect(Math.min(...heights.slice(3)) - Math.max(...heights.slice(0, 3))).toBeGreaterThan(0);
  });
  test("leave out where either end is not known", () => {
    expect(drawn([0, null, 2], [1, 1, null]).match(/[ML]/g)).toHaveLength(2);
    expect(drawn([null], [null])).toBe("");
  });
});

test("a value on the horizontal axis has its unit", () => {
  const { text } = lineChart({
    title: "A",
    x: [-0.02, 0, 0.02],
    xKind: "value",
    xUnit: { scale: 100, prefix: "", suffix: " %", digits: 1 },
    unit: plain,
    series: [{ name: "a", tone: "agent", values: [1, 2, 1] }],
  });
  for (const label of ["−2 %", "0 %", "2 %"]) expect(text).toContain(`>${label}</span>`);
});

const rows = (changes: Partial<Extract<Chart, { kind: "rows" }>> = {}): Chart => ({
  kind: "rows",
  title: "Rows <&>",
  unit: plain,
  rows: [
    { label: "whole", to: 10, tone: "agent" },
    { label: "step", from: 10, to: 4, tone: "loss", text: "−6" },
    { label: "unknown", to: null, tone: "agent" },
    { label: "wide", to: -2, tone: "gain", interval: [-4, 1] },
  ],
  ...changes,
});

describe("rows", () => {
  const bars = (text: string) =>
    [...text.matchAll(/class="rod (\w+)" style="left:([\d.]+)%;width:([\d.]+)%"/g)].map(([, tone, left, width]) => ({
      tone,
      left: Number(left),
      right: Number(left) + Number(width),
    }));

  test("lie on one scale from where they begin to where they end, and say their value", () => {
    const { text } = chartFigure(rows());
    const [whole, step, wide] = bars(text);
    expect(step!.right).toBeCloseTo(whole!.right, 1);
    expect((step!.left - whole!.left) / (whole!.right - whole!.left)).toBeCloseTo(0.4, 2);
    expect(wide!.right).toBeCloseTo(whole!.left, 1);
    expect(text).toContain('aria-label="Rows &lt;&amp;&gt;: whole 10.00; step −6; unknown –; wide −2.00"');
    expect(text).toContain('class="whisker"');
  });
  test("of nothing draw nothing", () => {
    expect(bars(chartFigure(rows({ rows: [] })).text)).toEqual([]);
    expect(chartFigure(rows({ rows: [{ label: "a", to: 0, tone: "agent" }] })).text).not.toMatch(/NaN|Infinity/);
  });
});

const grid: Chart = {
  kind: "grid",
  title: "Grid",
  xLabel: "x",
  yLabel: "y",
  columns: ["a", "b"],
  rows: ["low", "high"],
  cells: [
    [{ tone: "agent", strength: 0.25, label: "first" }, null],
    [null, { tone: "loss", strength: 1, label: "last <" }],
  ],
  legend: [{ name: "much", tone: "agent" }],
};

test("a grid is read from the bottom up, its cells as strong as they are", () => {
  const { text } = chartFigure(grid);
  const cells = [...text.matchAll(/class="bar (\w+)"\s+x="(\d+)"\s+y="(\d+)"[^>]*opacity="([\d.]+)"/g)].map(([, ...cell]) => cell);
  expect(cells).toEqual([
    ["agent", "0", "500", "0.25"],
    ["loss", "500", "0", "1.00"],
  ]);
  expect(text).toContain("<title>last &lt;</title>");
});

test("cells beside one another that are alike are one, others are not", () => {
  const [same, other] = [
    { tone: "agent", strength: 0.5, label: "a" },
    { tone: "agent", strength: 0.5, label: "b" },
  ];
  const { text } = chartFigure({ ...grid, columns: ["1", "2", "3", "4", "5"], rows: ["r"], cells: [[same, same, other, null, other]] });
  expect([...text.matchAll(/x="([\d.]+)"\s+y="0"\s+width="([\d.]+)"/g)].map(([, x, width]) => [x, width])).toEqual([
    ["0", "400"],
    ["400", "200"],
    ["800", "200"],
  ]);
});

/** Whether every element of an XML text is closed, in order. */
function isBalanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, single] of xml.matchAll(/<(\/?)([a-z]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/gi)) {
    if (single) continue;
    if (!closing) open.push(name!);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0 && !/<(?!\/?[a-z])/i.test(xml) && !/&(?!(?:amp|lt|gt|quot);)/.test(xml);
}

describe("files", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => Math.sin(index / 900) * index);
  const line: Chart = {
    kind: "line",
    title: "Line <&>",
    x: many.map((_, index) => Date.UTC(2020, 0, 1) + index * 3_600_000),
    xKind: "time",
    unit: plain,
    series: ["agent", "hold", "random"].map((tone) => ({ name: tone, tone, values: many.map((value) => value + tone.length) })),
    marks: [{ x: Date.UTC(2021, 0, 1), y: 0, kind: "buy", label: '"bought"' }],
  };
  const bars: Chart = {
    kind: "bars",
    title: "Bars",
    labels: ["1", "2"],
    unit: plain,
    series: [{ name: "a", tone: "agent", values: [1, null] }],
  };

  test.each([line, bars, rows(), grid])("$kind: whole, well-formed, small, and with its own colours for light and dark", (chart) => {
    const svg = chartSvg(chart);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 920 \d+"/);
    expect(isBalanced(svg)).toBe(true);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|<script|class="band"/);
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg).toContain(`<title>${chart.title.replace("<&>", "&lt;&amp;&gt;")}</title>`);
  });
  test("both axes of a grid are named", () => {
    for (const name of ["x", "y"]) expect(chartSvg(grid)).toMatch(new RegExp(`<text[^>]*>${name}</text>`));
  });
  test("draw what the page draws, with fewer points", () => {
    const drawn = (text: string) => /class="line agent" d="([^"]*)"/.exec(text.slice(text.indexOf('class="grid"')))![1]!;
    const [page, file] = [drawn(chartFigure(line).text), drawn(chartSvg(line))];
    expect(file.length).toBeLessThan(page.length / 2);
    expect(file.slice(0, 5)).toBe(page.slice(0, 5));
  });
  test("a legend that is long goes on in the next line", () => {
    const names = Array.from({ length: 12 }, (_, index) => ({ name: `a rather long name, ${index}`, tone: "agent" }));
    const heights = [...chartSvg({ ...grid, legend: names }).matchAll(/<text x="[\d.]+" y="(\d+)">a rather/g)].map(([, y]) => Number(y));
    expect(new Set(heights).size).toBeGreaterThan(1);
    expect(Math.max(...heights)).toBeLessThan(Number(/<svg\s+x="\d+" y="(\d+)"/.exec(chartSvg({ ...grid, legend: names }))![1]));
  });
});
