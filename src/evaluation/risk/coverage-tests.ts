import { parse, UserError } from "../../base/index.ts";
import { checkFinite } from "../finite-values.ts";
import { normalCdf } from "../statistics/index.ts";
import { tailParams } from "./tail-risk.ts";

/** A likelihood-ratio test: −2 ln of the ratio, and how probable as large a one is if forecasts are right. */
export interface LikelihoodRatio {
  readonly statistic: number;
  readonly pValue: number;
}

/** Whether forecasts of value at risk were undercut as often as they should have been, and at no time more than at others. */
export interface CoverageTests {
  /** Bars with a forecast. */
  readonly bars: number;
  /** Bars whose return was below it. */
  readonly hits: number;
  /** Hits that the cutoff promises: bars × cutoff. */
  readonly expected: number;
  /** Kupiec's (1995) test of the share of hits, χ² of one degree; `null` of no bars. */
  readonly unconditional: LikelihoodRatio | null;
  /** Christoffersen's (1998) test that a hit says nothing of the next bar, χ² of one degree; `null` without a hit to say it. */
  readonly independence: LikelihoodRatio | null;
  /** Both together, χ² of two degrees; `null` where one is not defined. */
  readonly conditional: LikelihoodRatio | null;
}

/**
 * Judges forecasts of value at risk, returns in the sense of `TailRisk`, each made before its bar. Bars whose forecast is `null` are left
 * out, and the bars beside one count as neighbours.
 */
export function coverageTests(returns: ArrayLike<number>, forecasts: ArrayLike<number | null>, cutoff: number): CoverageTests {
  if (returns.length !== forecasts.length) {
    throw new UserError("data/invalid-value", `${forecasts.length} forecasts for ${returns.length} returns`, {
      path: "forecasts",
      hint: "Give one forecast a bar; `null` where there is none.",
    });
  }
  parse(tailParams.cutoff, cutoff, "cutoff");
  checkFinite(returns, "returns");
  checkFinite(
    Array.from(forecasts, (value) => value ?? 0),
    "forecasts",
  );
  const isHit = Array.from(forecasts, (forecast, bar) => (forecast === null ? null : returns[bar]! < forecast)).filter(
    (hit) => hit !== null,
  );
  const bars = isHit.length;
  const hits = isHit.filter(Boolean).length;
  const unconditional = bars === 0 ? null : kupiec(bars, hits, cutoff);
  const independence = christoffersen(isHit);
  const conditional = unconditional && independence && chiSquaredOfTwo(unconditional.statistic + independence.statistic);
  return { bars, hits, expected: bars * cutoff, unconditional, independence, conditional };
}

const kupiec = (bars: number, hits: number, cutoff: number): LikelihoodRatio =>
  chiSquaredOfOne(2 * (logLikelihood(bars - hits, hits, hits / bars) - logLikelihood(bars - hits, hits, cutoff)));

/** A Markov chain of hits against one whose next bar does not depend on this one. */
function christoffersen(isHit: readonly boolean[]): LikelihoodRatio | null {
  const after = { calm: [0, 0], hit: [0, 0] };
  for (let bar = 1; bar < isHit.length; bar++) after[isHit[bar - 1] ? "hit" : "calm"][isHit[bar] ? 1 : 0]!++;
  const [calms, hits] = [after.calm[0]! + after.hit[0]!, after.calm[1]! + after.hit[1]!];
  if (hits === 0 || after.hit[0]! + after.hit[1]! === 0) return null;
  const free = [after.calm, after.hit].reduce((sum, [calm, hit]) => sum + logLikelihood(calm!, hit!, hit! / Math.max(calm! + hit!, 1)), 0);
  return chiSquaredOfOne(2 * (free - logLikelihood(calms, hits, hits / (calms + hits))));
}

/** ln of (1 − p)^calm p^hit, with 0⁰ = 1. */
const logLikelihood = (calm: number, hit: number, p: number): number =>
  (calm === 0 ? 0 : calm * Math.log1p(-p)) + (hit === 0 ? 0 : hit * Math.log(p));

const chiSquaredOfOne = (statistic: number): LikelihoodRatio => {
  const positive = Math.max(statistic, 0); // Rounding.
  return { statistic: positive, pValue: 2 * normalCdf(-Math.sqrt(positive)) };
};

const chiSquaredOfTwo = (statistic: number): LikelihoodRatio => ({ statistic, pValue: Math.exp(-statistic / 2) });
