import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { chartShapes, findChartPatterns } from "../features/index.ts";
import { walkBars } from "../features/sample-bars.ts";
import { renderChartPatternsHtml } from "./chart-pattern-html.ts";

const bars = walkBars(new Random(7), 3_000);
const names = Object.keys(chartShapes) as (keyof typeof chartShapes)[];

/** The paths of a page's lines by their tone, as pairs of numbers. */
const linesOf = (page: string, tone: string) =>
  [...page.matchAll(new RegExp(`<path class="line ${tone}" d="([^"]*)"`, "g"))].map(([, path]) =>
    path!
      .split(/[ML]/)
      .filter(Boolean)
      .map((point) => point.split(" ").map(Number)),
  );

test.each(names)("a picture of %s shows its pivots, its two lines and where it was known", (name) => {
  const pattern = findChartPatterns(name, bars, { strength: 3 }).find(({ breakout }) => breakout !== 0)!;
  const page = renderChartPatternsHtml("Walk", bars, [pattern]);
  const [pivots] = linesOf(page, "random");
  const [upper, lower] = linesOf(page, "hold").toSorted((left, right) => left[0]![1]! - right[0]![1]!);
  const [known] = linesOf(page, "agent");
  expect(pivots).toHaveLength(chartShapes[name].size);
  expect([upper, lower].map((line) => line!.length)).toEqual([2, 2]);
  expect(known).toHaveLength(pattern.endsAt - pattern.knownAt + 1);
  expect(known![0]![0]).toBeGreaterThan(pivots!.at(-1)![0]!); // Nobody knew at the last pivot itself.
  // In the drawing as in the prices: downwards is up.
  pivots!.forEach(([, y], index) => {
    const next = pivots![index + 1];
    if (next) expect(Math.sign(next[1]! - y!)).toBe(-Math.sign(pattern.pivots[index + 1]!.price - pattern.pivots[index]!.price));
  });
  expect(page).toContain(pattern.breakout > 0 ? '<i class="buy"' : '<i class="sell"');
  expect(page).toContain(`WALK: ${pattern.name}`);
  expect(page).toMatch(/known at the close of \d{4}-\d\d-\d\d/);
});

test("several patterns make several pictures, none an empty page; names are escaped", () => {
  const patterns = names.flatMap((name) => findChartPatterns(name, bars, { strength: 3 }).slice(0, 2));
  expect(renderChartPatternsHtml("Walk", bars, patterns).match(/<figure/g)).toHaveLength(patterns.length);
  expect(renderChartPatternsHtml("<none>", bars, [])).toContain("&lt;none&gt;");
  expect(renderChartPatternsHtml("Walk", bars, [])).not.toContain("<figure");
});

test("a pattern that never broke out has no mark and says so", () => {
  const pattern = findChartPatterns("chart-double-top", bars, { strength: 3 }).find(({ breakout }) => breakout === 0)!;
  const page = renderChartPatternsHtml("Walk", bars, [pattern]);
  expect(page).toContain("not confirmed");
  expect(page).not.toMatch(/<i class="(?:buy|sell)"/);
});
