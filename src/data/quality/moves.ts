import { type Bars, barsPerYear, type CorporateAction } from "../../domain/index.ts";
import { ActionSteps } from "../alignment/action-steps.ts";
import { type Finding, placeOf } from "./finding.ts";
import { splitFinding } from "./split-finding.ts";
import { leastScale, UsualMoves } from "./usual-moves.ts";

/** How far a move must be out of proportion to be told, in robust standard deviations. */
const outlierScore = 15;
/** A spike leaves at most this share of its move behind. */
const spikeRemainder = 0.25;
const mostSpikeBars = 3;
/** A split moves prices by so many robust standard deviations at least before its absence means anything. */
const tellingScore = 6;
/** Roughly one in ten years, before prices are looked at. */
const splitsPerYear = 0.1;

/** How likely a split is in a bar, before it is looked at. */
export const splitPrior = (bars: Bars): number => Math.min(0.5, splitsPerYear / barsPerYear(bars));

/**
 * Moves out of proportion to those before: spikes, moves that stay and look like a split, and other outliers; and listed
 * splits that prices do not show. `least` is the score from which moves are told. Whether a move stays is seen from the bars after it: this is for a report, not for a feature.
 */
export function* moveFindings(bars: Bars, actions: readonly CorporateAction[] = [], least = outlierScore): Generator<Finding> {
  const { closeTime, close } = bars;
  const floor = leastScale(close);
  if (Number.isNaN(floor)) return;
  const prior = splitPrior(bars);
  const usual = new UsualMoves({ leastScale: floor });
  const steps = new ActionSteps(actions);
  let before = -1;
  let explainedUpTo = -1;
  for (let row = 0; row < close.length; row++) {
    if (!(close[row]! > 0 && close[row]! < Infinity)) continue; // Masked or impossible: the last price before counts.
    const last = before;
    const lastClose = last < 0 ? NaN : close[last]!;
    before = row;
    const listed = steps.upTo(closeTime[row]!, lastClose);
    if (last < 0 || row <= explainedUpTo) continue;
    const whole = Math.log(close[row]! / lastClose);
    const { scale } = usual;
    const reach = least * scale;
    const expected = Math.log(listed.split * listed.dividend);
    const isShown = Math.abs(whole - expected) <= Math.abs(whole);
    if (!isShown && listed.split !== 1 && Math.abs(expected) > tellingScore * scale) {
      yield { kind: "split-not-in-prices", ...placeOf(closeTime, row), listed: listed.split, ratio: Math.exp(whole) };
    }
    const move = isShown ? whole - expected : whole;
    const isReady = usual.isReady;
    usual.push(move); // Outliers too: medians bear them, and a wilder market becomes usual in time.
    if (!isReady) continue;
    yield* wickFindings(bars, row, lastClose, reach, scale);
    if (Math.abs(move) <= reach) continue;
    const score = move / scale;
    const off = spikeLength(close, row, lastClose, whole);
    if (off > 0) {
      yield { kind: "spike", ...placeOf(closeTime, row, off), field: "close", ratio: Math.exp(whole), score };
      explainedUpTo = row + off; // The way back is the same spike.
    } else {
      const split = expected === 0 ? splitFinding(bars, row, scale, prior, last) : undefined;
      yield split ?? { kind: "outlier", ...placeOf(closeTime, row), ratio: Math.exp(whole), score };
    }
  }
}

/** How many bars stay off before the close is back where it was; 0 where it does not come back soon. */
function spikeLength(close: Float64Array, row: number, lastClose: number, move: number): number {
  for (let bars = 1; bars <= mostSpikeBars && row + bars < close.length; bars++) {
    if (Math.abs(Math.log(close[row + bars]! / lastClose)) <= spikeRemainder * Math.abs(move)) return bars;
  }
  return 0;
}

/** An open far from the closes before and after it, or a high or low far from the bar's own open and close. */
function* wickFindings(
  { closeTime, open, high, low, close }: Bars,
  row: number,
  lastClose: number,
  reach: number,
  scale: number,
): Generator<Finding> {
  const told = (field: "open" | "high" | "low", move: number): Finding => ({
    kind: "spike",
    ...placeOf(closeTime, row),
    field,
    ratio: Math.exp(move),
    score: move / scale,
  });
  const before = Math.log(open[row]! / lastClose);
  const after = Math.log(open[row]! / close[row]!);
  const isLone = Math.sign(before) === Math.sign(after);
  if (isLone && Math.min(Math.abs(before), Math.abs(after)) > reach) {
    yield told("open", after);
    return;
  }
  const up = Math.log(high[row]! / Math.max(open[row]!, close[row]!));
  const down = Math.log(low[row]! / Math.min(open[row]!, close[row]!));
  if (up > reach) yield told("high", up);
  if (down < -reach) yield told("low", down);
}
