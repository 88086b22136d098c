import { lineChart, type Mark, moneyUnit, type Series, type Unit } from "../charts/index.ts";
import { number } from "../format.ts";
import { type Content, type Html, html, jsonScript } from "../markup.ts";
import { figuresOf, leadingInstruments } from "./figures.ts";
import { heatMap } from "./heat-map.ts";
import type { EpisodeRecording } from "./recording.ts";
import { whenOf } from "./terminal.ts";

const mostMarks = 1000;
const mostInstruments = 6;

/** The time of each frame as an axis counts it: ms since the epoch, or a span of the session in the unit that suits its length. */
function timeAxis({ frames, clock }: EpisodeRecording) {
  const times = frames.map(({ timeMs }) => timeMs);
  if (clock === "utc") return { x: times, xKind: "time" } as const;
  const span = times.at(-1)! - times[0]!;
  const [unitMs, name] = span > 1_200_000 ? [60_000, "minutes"] : span > 5000 ? [1000, "seconds"] : [1, "ms"];
  return { x: times.map((time) => time / unitMs), xKind: "count", xLabel: `${name} since the start of the session` } as const;
}

/** Price with what was done, position, equity and reward of an episode; of a book its depth behind the prices. */
export function replayCharts(recording: EpisodeRecording): Html {
  return html`${[priceChart(recording), positionChart(recording), equityChart(recording), rewardChart(recording)]}`;
}

function priceChart(recording: EpisodeRecording): Html {
  const { frames, instruments, priceUnit, priceDigits } = recording;
  const shown = leadingInstruments(recording, mostInstruments);
  const axis = timeAxis(recording);
  if (instruments.length > 1) return manyPrices(recording, shown);
  const marks = marksOf(recording);
  const cut = marks.length === mostMarks ? `; the last ${number(mostMarks, 0)} changes of position are marked` : "";
  const own = (side: "buy" | "sell"): (number | null)[] =>
    frames.map(({ depth }) => bestOf(side, depth?.own.filter((order) => order.side === side).map(({ price }) => price) ?? []));
  const quotes: Series[] = (["buy", "sell"] as const).flatMap((side) => {
    const values = own(side);
    return values.some((value) => value !== null)
      ? [{ name: `own ${side} order`, tone: `quote-${side}`, values, steps: true, breaks: true }]
      : [];
  });
  const depth = heatMap(recording);
  return lineChart({
    ...axis,
    title: `${instruments[0]!}: price and trades`,
    note: `price in ${priceUnit}; triangles: changes of position${depth ? `; shaded by ${depth.note}` : ""}${cut}`,
    unit: axisUnit(priceUnit, priceDigits),
    series: [{ name: depth ? "mid" : "price", tone: "price", values: frames.map(({ prices }) => prices[0]!) }, ...quotes],
    marks,
    ...(depth ? { backdrop: depth.draw, include: depth.range } : {}),
    height: "tall",
  });
}

const bestOf = (side: "buy" | "sell", prices: readonly number[]): number | null =>
  prices.length === 0 ? null : side === "buy" ? Math.max(...prices) : Math.min(...prices);

/** Prices of several instruments, each as a share of its first one that is known. */
function manyPrices(recording: EpisodeRecording, shown: readonly number[]): Html {
  const { frames, instruments } = recording;
  const series = shown.map((index, place): Series => {
    const values = frames.map(({ prices }) => prices[index]!);
    const first = values.find((value) => value !== null);
    return {
      name: instruments[index]!,
      tone: `seed${place}`,
      values: values.map((value) => (value === null || first === undefined ? null : value / first)),
    };
  });
  return lineChart({
    ...timeAxis(recording),
    title: "Prices",
    note: `each as a multiple of its first one${leftOut(recording, shown)}`,
    unit: ratio,
    series,
    height: "tall",
  });
}

function positionChart(recording: EpisodeRecording): Html {
  const { frames, instruments, positionUnit } = recording;
  const shown = leadingInstruments(recording, mostInstruments);
  const single = instruments.length === 1;
  const share = (index: number) =>
    frames.map(({ positions, prices, equity }) =>
      positions[index] === 0 ? 0 : prices[index] === null || equity === 0 ? null : (positions[index]! * prices[index]!) / equity,
    );
  return lineChart({
    ...timeAxis(recording),
    title: single ? "Position" : "Positions",
    note: single
      ? `in ${positionUnit}; below 0 it is short`
      : `value as a share of equity; below 0 they are short${leftOut(recording, shown)}`,
    unit: single ? { scale: 1, prefix: "", suffix: "", digits: digitsOf(frames.map(({ positions }) => positions[0]!)) } : percentage,
    series: shown.map((index, place) => ({
      name: single ? "position" : instruments[index]!,
      tone: single ? "agent" : `seed${place}`,
      values: single ? frames.map(({ positions }) => positions[index]!) : share(index),
      area: single,
      steps: true,
    })),
    include: [0],
  });
}

function equityChart(recording: EpisodeRecording): Html {
  const { frames, equityUnit } = recording;
  const equity = frames.map((frame) => frame.equity);
  return lineChart({
    ...timeAxis(recording),
    title: "Equity",
    note: `in ${equityUnit}, after all costs`,
    unit: axisUnit(equityUnit, digitsOf(equity)),
    series: [{ name: "equity", tone: "agent", values: equity }],
  });
}

function rewardChart(recording: EpisodeRecording): Html {
  let sum = 0;
  const sums = recording.frames.map(({ reward }) => (sum += reward));
  return lineChart({
    ...timeAxis(recording),
    title: "Reward",
    note: "added up from the start",
    unit: ratio,
    series: [{ name: "Σ reward", tone: "hold", values: sums }],
    include: [0],
  });
}

/** A unit with a sign of its own stands at each tick of an axis; another one is told once, beside the title. */
function axisUnit(name: string, digits: number): Unit {
  const unit = moneyUnit(name, digits);
  return unit.prefix === "" ? { ...unit, suffix: "" } : unit;
}

const ratio: Unit = { scale: 1, prefix: "", suffix: "", digits: 3 };
const percentage: Unit = { scale: 100, prefix: "", suffix: " %", digits: 1 };

const digitsOf = (values: readonly number[]): number => (values.every((value) => Number.isInteger(value)) ? 0 : 2);

function leftOut({ instruments }: EpisodeRecording, shown: readonly number[]): string {
  const hidden = instruments.length - shown.length;
  return hidden > 0 ? `; ${hidden} that were held less are left out` : "";
}

function marksOf(recording: EpisodeRecording): Mark[] {
  const { frames, positionUnit, priceUnit, priceDigits } = recording;
  const { x } = timeAxis(recording);
  return figuresOf(recording)
    .changes.slice(-mostMarks)
    .flatMap(({ frame, instrument, quantity }): Mark[] => {
      const price = frames[frame]!.prices[instrument]!;
      if (price === null) return [];
      const amount = number(Math.abs(quantity), Number.isInteger(quantity) ? 0 : 4);
      const label = `${whenOf(recording, frames[frame]!)}: ${quantity > 0 ? "bought" : "sold"} ${amount} ${positionUnit}, price ${number(price, priceDigits)} ${priceUnit}`;
      return [{ x: x[frame]!, y: price, kind: quantity > 0 ? "buy" : "sell", label }];
    });
}

/** What the page's player shows of each frame, as data: columns of equal length, and the book's levels where there is one. */
export function playerData(recording: EpisodeRecording): Content {
  const { frames, priceDigits } = recording;
  const levels = 10;
  const flat = (side: readonly { readonly price: number; readonly quantity: number }[]) =>
    side.slice(0, levels).flatMap(({ price, quantity }) => [price, quantity]);
  return jsonScript({
    x: timeAxis(recording).x,
    when: frames.map((frame) => whenOf(recording, frame)),
    price: frames.map(({ prices }) => (prices.length === 1 ? prices[0]! : null)),
    position: frames.map(({ positions }) => (positions.length === 1 ? positions[0]! : null)),
    equity: frames.map(({ equity }) => equity),
    reward: frames.map(({ reward }) => reward),
    action: frames.map(({ action }) => action),
    priceDigits,
    levelDigits: frames.every(({ depth }) => [...(depth?.bids ?? []), ...(depth?.asks ?? [])].every(({ price }) => Number.isInteger(price)))
      ? 0
      : priceDigits,
    positionDigits: digitsOf(frames.map(({ positions }) => positions[0]!)),
    equityDigits: digitsOf(frames.map(({ equity }) => equity)),
    depth: frames.some(({ depth }) => depth !== undefined)
      ? frames.map(({ depth }) => [
          flat(depth?.bids ?? []),
          flat(depth?.asks ?? []),
          depth?.own.map(({ side, price, quantity }) => [side === "buy" ? 1 : -1, price, quantity]) ?? [],
        ])
      : null,
  });
}
