import { money, number } from "../../format.ts";
import { type Content, type Html, html } from "../../markup.ts";
import type { Metrics, Report, TrainingCurve } from "../document.ts";
import { moment, quantityText } from "./tables.ts";
import { barChart, lineChart, type Mark, type Series, type Unit } from "../../svg.ts";

const share: Unit = { scale: 100, prefix: "", suffix: " %", digits: 2 };
const ratio: Unit = { scale: 1, prefix: "", suffix: "", digits: 3 };

/** A currency as an axis writes it. */
export function moneyUnit(currency: string, digits: number): Unit {
  const [prefix, suffix] = money(0, currency).split("0") as [string, string];
  return { scale: 1, prefix, suffix, digits };
}

const tones = { "agent": "agent", "buy-and-hold": "hold", "random": "random", "flat": "flat" } as const;

const perStrategy = (values: Readonly<Record<string, number[]>>): Series[] =>
  Object.entries(tones).flatMap(([name, tone]) => (values[name] ? [{ name, tone, values: values[name] }] : []));

const mostMarks = 1500;

/** The test stretch: equity, drawdown, price with the agent's trades, exposure. */
export function performanceCharts({ series, data, trades }: Report): Html {
  const time = { x: series.time, xKind: "time" } as const;
  const { flat: _flat, ...moving } = series.drawdown;
  const left = trades.length > mostMarks ? `; the last ${number(mostMarks, 0)} of ${number(trades.length, 0)} trades are marked` : "";
  const equity = lineChart({
    ...time,
    title: "Equity",
    note: `in ${data.currency}, at each bar's close, after all costs`,
    unit: moneyUnit(data.currency, 0),
    series: perStrategy(series.equity),
    height: "tall",
  });
  const drawdown = lineChart({
    ...time,
    title: "Drawdown",
    note: "below the highest equity so far",
    unit: share,
    series: perStrategy(moving).map((line) => ({ ...line, area: line.name === "agent" })),
    include: [0],
  });
  const price = lineChart({
    ...time,
    title: `${data.symbol} and the agent's trades`,
    note: `price in ${data.currency}; a decision at a close fills at the next open${left}`,
    unit: moneyUnit(data.currency, 2),
    series: [{ name: "close", tone: "price", values: series.close }],
    band: { name: "high to low", low: series.low, high: series.high },
    marks: marksOf(trades.slice(-mostMarks), data),
    height: "tall",
  });
  const exposure = lineChart({
    ...time,
    title: "Exposure",
    note: "position value as a share of equity: 100 % is fully long, −100 % fully short",
    unit: share,
    series: [{ name: "agent", tone: "agent", values: series.exposure, area: true, steps: true }],
    include: [0, 1],
  });
  return html`<h2>The test stretch, bar by bar</h2>
    ${[equity, drawdown, price, exposure]}`;
}

const marksOf = (trades: Report["trades"], { currency, barsPerYear }: Report["data"]): Mark[] =>
  trades.map(({ time, side, quantity, price }) => ({
    x: time,
    y: price,
    kind: side,
    label: `${moment(time, barsPerYear)} ${side} ${quantityText(quantity)} at ${money(price, currency, 2)}`,
  }));

/** The Sharpe ratio of every walk-forward fold beside that of buy-and-hold. */
export function foldsChart({ walkForward: { folds } }: Report): Content {
  if (folds.length === 0) return null;
  const sharpes = (of: (fold: (typeof folds)[number]) => Metrics) => folds.map((fold) => of(fold).sharpe);
  return html`<h2>Walk-forward: trained anew, then judged on what came next</h2>
    ${barChart({
      title: "Sharpe ratio by fold",
      labels: folds.map((_, index) => `Fold ${index + 1}`),
      unit: ratio,
      series: [
        { name: "agent", tone: "agent", values: sharpes(({ agent }) => agent) },
        { name: "buy-and-hold", tone: "hold", values: sharpes(({ buyAndHold }) => buyAndHold) },
      ],
    })}`;
}

/** How training went, seed by seed: return of episodes, entropy, KL divergence. */
export function trainingCharts({ trainingCurves, seeds }: Report): Content {
  if (trainingCurves.length === 0) return null;
  const x = [...new Set(trainingCurves.flatMap(({ steps }) => steps))].sort((left, right) => left - right);
  const chosen = seeds.find((seed) => seed.chosen)?.seed;
  const chart = (title: string, note: string, valuesOf: (curve: TrainingCurve) => readonly (number | null)[]) =>
    lineChart({
      title,
      note,
      x,
      xKind: "count",
      xLabel: "environment steps",
      unit: ratio,
      series: trainingCurves.map((curve, index) => ({
        name: `seed ${curve.seed}${curve.seed === chosen ? " (chosen)" : ""}`,
        tone: `seed${index % 6}`,
        values: onSteps(x, curve.steps, valuesOf(curve)),
      })),
    });
  const parts = trainingCurves[0]!.parts?.map(({ name, from }) => `${name} from step ${number(from, 0)}`);
  const told = parts && html`<p class="soft">Trained one after the other: ${parts.join(", ")}.</p>`;
  return html`<h2>Training</h2>
    ${told ?? null} ${learningCurve(trainingCurves.find(({ seed }) => seed === chosen) ?? trainingCurves[0]!)}
    <div class="three">
      ${chart("Episode return", "mean of finished episodes", (curve) => curve.episodeReturn)}
      ${chart("Entropy", "of the policy, in nats", (curve) => curve.entropy)}
      ${chart("KL divergence", "approximate, per update", (curve) => curve.approxKl)}
    </div>`;
}

/** Of one seed: returns without dice on bars held out of training beside those of exploring episodes, at each evaluation. */
function learningCurve({ seed, evaluations, steps, episodeReturn }: TrainingCurve): Content {
  if (!evaluations || evaluations.length === 0) return null;
  const x = evaluations.map((evaluation) => evaluation.steps);
  return lineChart({
    title: "Learning curve",
    note: `seed ${seed}: mean return of an episode, in units of the reward; evaluations are without dice on bars held out of training`,
    x,
    xKind: "count",
    xLabel: "environment steps",
    unit: ratio,
    series: [
      { name: "evaluation", tone: "agent", values: evaluations.map(({ meanReturn }) => meanReturn) },
      { name: "training, exploring", tone: "hold", values: onSteps(x, steps, episodeReturn) },
    ],
    band: {
      name: "evaluation ± 1 standard deviation of its episodes",
      low: evaluations.map(({ meanReturn, returnDeviation }) => meanReturn - returnDeviation),
      high: evaluations.map(({ meanReturn, returnDeviation }) => meanReturn + returnDeviation),
    },
    height: "tall",
  });
}

function onSteps(x: readonly number[], steps: readonly number[], values: readonly (number | null)[]): (number | null)[] {
  const valueAt = new Map(steps.map((step, index) => [step, values[index] ?? null]));
  return x.map((step) => valueAt.get(step) ?? null);
}
