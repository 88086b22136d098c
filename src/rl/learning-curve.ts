import type { EpisodeStatistics } from "./evaluation.ts";

/** What a learning curve is drawn from: the rounds and evaluations of a trained agent. */
export interface LearningCurve {
  readonly curve: readonly { readonly steps: number; readonly returnMean: number | null }[];
  readonly evaluations?: readonly (EpisodeStatistics & { readonly steps: number })[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const [width, height] = [720, 360];
const margin = { left: 70, right: 20, top: 40, bottom: 45 };

/**
 * A picture (SVG) of episode returns over environment steps: of exploring episodes in training, and of evaluations without dice
 * with a band of one standard deviation. It needs no style sheet and no script.
 */
export function learningCurveSvg({ curve, evaluations = [] }: LearningCurve, title = "Learning curve"): string {
  const training = curve.flatMap(({ steps, returnMean }) => (returnMean === null ? [] : [{ x: steps, y: returnMean }]));
  const mean = evaluations.map(({ steps, meanReturn }) => ({ x: steps, y: meanReturn }));
  const band = [
    ...evaluations.map(({ steps, meanReturn, returnDeviation }) => ({ x: steps, y: meanReturn + returnDeviation })),
    ...evaluations.map(({ steps, meanReturn, returnDeviation }) => ({ x: steps, y: meanReturn - returnDeviation })).toReversed(),
  ];
  const points = [...training, ...band];
  const x = axis([0, ...points.map((point) => point.x)], margin.left, width - margin.right);
  const y = axis(points.length === 0 ? [0] : points.map((point) => point.y), height - margin.bottom, margin.top);
  const path = (drawn: readonly Point[]) => drawn.map((point) => `${x.place(point.x).toFixed(1)},${y.place(point.y).toFixed(1)}`).join(" ");
  const line = (drawn: readonly Point[], colour: string) =>
    drawn.length === 0 ? "" : `<polyline points="${path(drawn)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="24" font-size="15">${escaped(title)}</text>`,
    ...y.ticks.map((tick) => {
      const at = y.place(tick).toFixed(1);
      return `<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#ddd"/><text x="${margin.left - 8}" y="${at}" dy="4" text-anchor="end">${label(tick)}</text>`;
    }),
    ...x.ticks.map(
      (tick) => `<text x="${x.place(tick).toFixed(1)}" y="${height - margin.bottom + 18}" text-anchor="middle">${label(tick)}</text>`,
    ),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">environment steps</text>`,
    `<text transform="translate(16 ${(margin.top + height - margin.bottom) / 2}) rotate(-90)" text-anchor="middle">episode return (sum of rewards)</text>`,
    band.length === 0 ? "" : `<polygon points="${path(band)}" fill="#2563eb" fill-opacity="0.15"/>`,
    line(training, "#9ca3af"),
    line(mean, "#2563eb"),
    legend([["training", "#9ca3af"], ...(mean.length === 0 ? [] : ([["evaluation ± 1 standard deviation", "#2563eb"]] as const))]),
    "</svg>",
  ].join("\n");
}

/** Places numbers between two pixels, and finds about five round ones among them. */
function axis(numbers: readonly number[], from: number, to: number) {
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const [start, span] = high > low ? [low, high - low] : [low - 0.5, 1];
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!;
  const first = Math.ceil(start / step);
  const ticks = Array.from({ length: Math.floor((start + span) / step) - first + 1 }, (_, index) => (first + index) * step);
  return { ticks, place: (value: number) => from + ((value - start) / span) * (to - from) };
}

/** Four significant digits, without a negative 0 and without the rounding error of a multiple of 0.1. */
const label = (value: number): string => (Number(value.toPrecision(4)) || 0).toLocaleString("en-US", { maximumSignificantDigits: 4 });

/** To the right of the title, above the plot. */
const legend = (entries: readonly (readonly [name: string, colour: string])[]): string =>
  entries
    .map(([name, colour], index) => {
      const x = width - margin.right - 235 - 110 * (entries.length - 1 - index);
      return `<path d="M${x} 20h20" stroke="${colour}" stroke-width="3"/><text x="${x + 26}" y="24">${name}</text>`;
    })
    .join("");

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
