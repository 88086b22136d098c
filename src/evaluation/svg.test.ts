import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day, duration, minute, money, number, percent } from "./format.ts";
import { html, jsonScript } from "./markup.ts";
import { barChart, lineChart, type Unit, written } from "./svg.ts";
import { numberTicks, tickDigits, timeTicks } from "./ticks.ts";

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
    expect(data.x.length).toBeLessThanOrEqual(1600);
    expect([data.x[0], data.x.at(-1)]).toEqual([0, 49_999]);
    expect(data.series[0]!.values).toEqual(data.x.map((index) => values[index]));
    expect([Math.max(...data.series[0]!.values), Math.min(...data.series[0]!.values)]).toEqual([9, -9]);
    expect(drawnPoints(text)).toBe(data.x.length);
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
