import { Random } from "../../src/base/index.ts";
import { type Bars, barsFrom, toMoney } from "../../src/domain/index.ts";
import {
  backtestOverfitting,
  backtestSignals,
  deflatedSharpe,
  probabilisticSharpe,
  randomEntryTest,
  realityCheck,
  sharpeDifference,
  sharpeFacts,
  simpleReturns,
} from "../../src/evaluation/index.ts";
import { Costs } from "../../src/market/index.ts";

/** Bars of a year of days, and of a stretch that is judged. */
const barsPerYear = 252;
const rows = 3 * barsPerYear;
const volatility = 0.16 / Math.sqrt(barsPerYear);
const instrument = { symbol: "NOISE", currency: "USD", tickSize: 0.01, lotSize: 0.001 };
const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });
const dayMs = 86_400_000;

/** A market without drift, whose volatility comes in clusters, and a rule that is in it at random times and knows nothing. */
interface Noise {
  readonly bars: Bars;
  /** [bars] 0 or 1, decided at each close. */
  readonly exposures: Float64Array;
}

/** `edge` is what a bar brings more while the rule is in the market, as a return. */
function noiseOf(random: Random, edge: number): Noise {
  const exposures = exposuresOf(random);
  let [price, variance] = [100, volatility ** 2];
  let held = 0; // What was decided at the close before.
  const bars = Array.from({ length: rows }, (_, row) => {
    const open = price;
    const move = Math.sqrt(variance) * random.normal();
    variance = 0.05 * volatility ** 2 + 0.07 * move ** 2 + 0.88 * variance;
    price = open * Math.exp(move - variance / 2 + edge * held);
    held = exposures[row]!;
    return { closeTime: (row + 1) * dayMs, open, high: Math.max(open, price), low: Math.min(open, price), close: price, volume: 1 };
  });
  return { bars: barsFrom(instrument, bars), exposures };
}

/** In the market for some ten bars, out of it for some ten. */
function exposuresOf(random: Random): Float64Array {
  const exposures = new Float64Array(rows);
  let inside = random.uniform() < 0.5;
  for (let row = 0; row < rows; row++) {
    if (random.uniform() < 0.1) inside = !inside;
    exposures[row] = inside ? 1 : 0;
  }
  return exposures;
}

/** Simple returns of a path of exposures, traded without costs; a position once taken is not rebalanced. */
function tradedReturns({ bars, exposures }: Noise): Float64Array {
  const changes = exposures.map((exposure, row) => (row > 0 && exposure === exposures[row - 1] ? NaN : exposure));
  const { track, initialCash } = backtestSignals({ bars, exposures: changes, costs: free, initialCash: toMoney(instrument, 100_000) });
  return simpleReturns(track.equity, initialCash);
}

/** How often each test claimed skill, at a level of 5 %. */
export interface Claims {
  readonly rounds: number;
  /** Sharpe ratio above buy-and-hold's by a two-sided interval that leaves out 0: the verdict of a report, nominally 2.5 %. */
  readonly difference: number;
  /** Probabilistic Sharpe ratio above 95 %. */
  readonly probabilistic: number;
  /** Random entry with equal turnover. */
  readonly randomEntry: number;
}

/** Judges so many rules whose edge is worth a Sharpe ratio of `sharpe` a year while they are in the market. */
export function claimsAlone(rounds: number, sharpe: number, seed: number): Claims {
  const random = new Random(seed);
  const claims = { rounds, difference: 0, probabilistic: 0, randomEntry: 0 };
  for (let round = 0; round < rounds; round++) {
    const noise = noiseOf(random, (sharpe * volatility) / Math.sqrt(barsPerYear));
    const returns = tradedReturns(noise);
    const market = noise.bars.close.map((close, row) => (row === 0 ? 0 : close / noise.bars.close[row - 1]! - 1));
    const interval = sharpeDifference(returns, market, { random, barsPerYear, resamples: 500 });
    if (interval.low > 0) claims.difference++;
    const facts = sharpeFacts(returns);
    if (facts && probabilisticSharpe(facts) > 0.95) claims.probabilistic++;
    // What is held over a bar was decided at the close before.
    const held = noise.exposures.subarray(0, rows - 1);
    if (randomEntryTest(held, market.subarray(1), { random, permutations: 199 }).pValue <= 0.05) claims.randomEntry++;
  }
  return claims;
}

/** How often the best of several rules was claimed to have skill, at a level of 5 %, and how overfitting was told. */
export interface ClaimsOfBest {
  readonly rounds: number;
  readonly rules: number;
  /** Best probabilistic Sharpe ratio above 95 %, as if it had not been chosen: what must not be done. */
  readonly undeflated: number;
  /** Deflated Sharpe ratio above 95 %. */
  readonly deflated: number;
  /** Hansen's test of superior predictive ability over cash. */
  readonly superior: number;
  /** Mean probability of backtest overfitting. */
  readonly overfitting: number;
}

/** Judges the best of so many rules in one market, one of which has an edge as in `claimsAlone`. */
export function claimsOfBest(rounds: number, rules: number, sharpe: number, seed: number): ClaimsOfBest {
  const random = new Random(seed);
  const claims = { rounds, rules, undeflated: 0, deflated: 0, superior: 0, overfitting: 0 };
  for (let round = 0; round < rounds; round++) {
    const noise = noiseOf(random, (sharpe * volatility) / Math.sqrt(barsPerYear));
    const others = Array.from({ length: rules - 1 }, () => ({ bars: noise.bars, exposures: exposuresOf(random) }));
    const returns = [noise, ...others].map(tradedReturns);
    const facts = returns.flatMap((series) => sharpeFacts(series) ?? []);
    const best = facts.reduce((leader, each) => (each.sharpe > leader.sharpe ? each : leader));
    const mean = facts.reduce((sum, each) => sum + each.sharpe, 0) / facts.length;
    const variance = facts.reduce((sum, each) => sum + (each.sharpe - mean) ** 2, 0) / (facts.length - 1);
    if (probabilisticSharpe(best) > 0.95) claims.undeflated++;
    if (deflatedSharpe(best, rules, variance) > 0.95) claims.deflated++;
    if (realityCheck(returns, null, { random, resamples: 200 }).superiorAbility.consistent <= 0.05) claims.superior++;
    claims.overfitting += backtestOverfitting(returns, 10).probability / rounds;
  }
  return claims;
}
