import type { Bars } from "../domain/index.ts";
import type { ChartPoint, FoundPattern } from "../features/index.ts";
import { lineChart, moneyUnit, type Series } from "./charts/index.ts";
import { minute } from "./format.ts";
import { Html, html } from "./markup.ts";
import { printStyle } from "./report/html/print-style.ts";
import { reportStyle } from "./report/html/style.ts";

/** Bars that are drawn before the first pivot and after the end. */
const margin = 20;

/** Pictures of chart patterns as one HTML page that needs nothing else: the bars around each, its pivots, its lines, and when it was known. */
export function renderChartPatternsHtml(title: string, bars: Bars, patterns: readonly FoundPattern[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} – Tradewind chart patterns</title>
        ${new Html(`<style>${reportStyle}${printStyle(title)}</style>`)}
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            <p>${patterns.length} ${patterns.length === 1 ? "chart pattern" : "chart patterns"}</p>
          </header>
          ${patterns.map((pattern) => picture(bars, pattern))}
        </main>
      </body>
    </html> `.text;
}

function picture({ closeTime, high, low, close, instrument }: Bars, pattern: FoundPattern): Html {
  const { name, direction, pivots, knownAt, endsAt, breakout, upper, lower } = pattern;
  const from = Math.max(pivots[0]!.bar - margin, 0);
  const to = Math.min(endsAt + margin + 1, close.length);
  const cut = (column: Float64Array) => Array.from(column.subarray(from, to));
  const atPoints = (points: readonly ChartPoint[]) =>
    Array.from({ length: to - from }, (_, index) => points.find(({ bar }) => bar === from + index)?.price ?? null);
  const line = (label: string, tone: string, points: readonly ChartPoint[]): Series => ({ name: label, tone, values: atPoints(points) });
  const known = cut(close).map((price, index) => (from + index >= knownAt && from + index <= endsAt ? price : null));
  const pointing = ["pointing down", "pointing either way", "pointing up"][direction + 1]!;
  const moment = (bar: number) => minute(closeTime[bar]!);
  const ending =
    breakout === 0 ? `not confirmed by ${moment(endsAt)}` : `confirmed by the close of ${moment(endsAt)}, where the triangle stands`;
  const kind = breakout > 0 ? ("buy" as const) : ("sell" as const);
  return lineChart({
    title: `${instrument.symbol}: ${name}, ${pointing}`,
    note: `known at the close of ${moment(knownAt)}, when its last pivot was confirmed; ${ending}`,
    x: cut(closeTime),
    xKind: "time",
    unit: moneyUnit(instrument.currency, 2),
    series: [
      { name: "close while it was known and open", tone: "agent", values: known },
      line("pivots", "random", pivots),
      line("upper line", "hold", upper),
      line("lower line", "hold", lower),
      { name: "close", tone: "price", values: cut(close) },
    ],
    bands: [{ name: "high to low", low: cut(low), high: cut(high) }],
    marks: breakout === 0 ? [] : [{ x: closeTime[endsAt]!, y: close[endsAt]!, kind, label: `breaks out at ${moment(endsAt)}` }],
    height: "tall",
  });
}
