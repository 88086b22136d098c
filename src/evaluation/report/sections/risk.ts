import { z } from "zod";
import { assert, Random, UserError } from "../../../base/index.ts";
import type { Bars } from "../../../domain/index.ts";
import { fitGarch } from "../../../features/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { percent } from "../../format.ts";
import { simpleReturns } from "../../metrics.ts";
import {
  blockPaths,
  coverageTests,
  garchPaths,
  type PathSource,
  rollingValueAtRisk,
  simulateWealth,
  stressWindows,
  tailRisk,
  type WealthSimulation,
  type WindowOutcome,
} from "../../risk/index.ts";
import { deviationOf } from "../../statistics/index.ts";
import { compoundedOver, dayPeriods } from "../periods.ts";
import { figure } from "../shapes.ts";
import type { History } from "./history.ts";

const methods = ["historical", "gaussian", "cornish-fisher", "extreme-value"] as const;

const Tail = z.strictObject({
  method: z.enum(methods),
  level: z.number().describe("0.95: losses that come once in twenty periods"),
  valueAtRisk: figure.describe("a return: −0.03 is a loss of 3 %"),
  shortfall: figure.describe("mean return of the tail beyond (CVaR, expected shortfall)"),
  reason: z.string().nullable().describe("why a figure is not defined, in words"),
});

const Coverage = z.strictObject({
  method: z.enum(methods),
  level: z.number(),
  window: z.int().describe("periods before each that a forecast was made of"),
  periods: z.int().describe("periods with a forecast"),
  hits: z.int().describe("periods that lost more than was forecast"),
  expected: z.number(),
  unconditional: figure.describe("p-value that the share of hits is right (Kupiec, 1995)"),
  independence: figure.describe("p-value that hits do not follow one another (Christoffersen, 1998)"),
  conditional: figure.describe("p-value of both together"),
});

const Spread = z.strictObject({ mean: z.number(), quantiles: z.array(z.number()).describe("one for each share") });

const Chance = z.strictObject({
  probability: z.number(),
  low: z.number().describe("of the 95 % interval (Wilson, 1927)"),
  high: z.number(),
});

const Simulation = z.strictObject({
  source: z.enum(["block-bootstrap", "garch"]).describe("GARCH(1,1) begins with its long-run variance"),
  reason: z.string().nullable().describe("why there is none, in words; null where there is"),
  result: z
    .strictObject({
      paths: z.int(),
      periods: z.int().describe("horizon: how far each path goes"),
      shares: z.array(z.number()).describe("shares of the paths below each quantile"),
      fan: z
        .strictObject({
          periods: z.array(z.int()).describe("after how many periods"),
          quantiles: z.array(z.array(z.number())).describe("[periods][shares] of wealth, 1 at the start"),
        })
        .describe("wealth along the way"),
      finalWealth: Spread.describe("1 at the start"),
      maxDrawdown: Spread.describe("0 or below"),
      longestUnderWater: Spread.describe("periods in a row below an earlier peak"),
      loss: Chance.describe("of ending below the start"),
      ruin: Chance.extend({ below: z.number().describe("share of the wealth at the start") }).describe("of ever falling below that share"),
    })
    .nullable(),
});

const Outcome = z.strictObject({
  totalReturn: z.number(),
  maxDrawdown: z.number(),
  worstDay: z.number().describe("lowest return of a day"),
  recoveryDays: z.int().nullable().describe("days with bars from the bottom until the peak was reached again; null if it was not"),
});

const Window = z.strictObject({
  name: z.string(),
  from: z.string().describe("first day, YYYY-MM-DD"),
  to: z.string().describe("last day"),
  days: z.int().describe("days with bars"),
  isWhole: z.boolean().describe("whether the data reach from its first day to its last"),
  buyAndHold: Outcome.describe("without costs, wherever in the data the window lies"),
  agentDays: z.int().describe("days of it that the agent lived through in the test stretch"),
  agent: Outcome.nullable().describe("over those days; null where there are none"),
});

/** What the agent's returns in the test stretch say of losses to come. A period is that of `history`. */
export const Risk = z.strictObject({
  period: z.enum(["bar", "day"]),
  periods: z.int(),
  tails: z.array(Tail),
  coverage: z.array(Coverage).describe("how forecasts of value at risk would have done; none where there are too few periods"),
  simulations: z.array(Simulation),
  windows: z.array(Window).describe("bad times of the past that the data reach into, in days of UTC"),
});

export type Risk = z.infer<typeof Risk>;

const cutoffs = [0.05, 0.01] as const;

/** The risk of a backtest over some of the `bars`, by its history; `seed` makes the simulations repeatable. */
export function riskSection(agent: BacktestResult, bars: Bars, history: History, seed: number): Risk {
  const returns = history.agent;
  return {
    period: history.period,
    periods: returns.length,
    tails: cutoffs.flatMap((cutoff) => methods.map((method) => ({ method, level: 1 - cutoff, ...tailRisk(returns, { method, cutoff }) }))),
    coverage: coverageOf(returns),
    simulations: [
      simulationOf("block-bootstrap", () => blockPaths(returns), history, new Random(seed, 21)),
      simulationOf("garch", () => fittingGarch(returns), history, new Random(seed, 22)),
    ],
    windows: windowsOf(agent, bars),
  };
}

/** About a year of days. */
const coverageWindow = 250;

/** Forecasts that it takes to say anything of how often they fail. */
const leastForecasts = 100;

function coverageOf(returns: readonly number[]): Risk["coverage"] {
  if (returns.length < coverageWindow + leastForecasts) return [];
  const judged = returns.slice(coverageWindow);
  return cutoffs.flatMap((cutoff) =>
    methods.map((method) => {
      const forecasts = rollingValueAtRisk(returns, coverageWindow, { method, cutoff });
      const { bars, hits, expected, unconditional, independence, conditional } = coverageTests(judged, forecasts, cutoff);
      const pValues = { unconditional, independence, conditional };
      const p = (name: keyof typeof pValues) => pValues[name]?.pValue ?? null;
      const level = 1 - cutoff;
      return {
        method,
        level,
        window: coverageWindow,
        periods: bars,
        hits,
        expected,
        unconditional: p("unconditional"),
        independence: p("independence"),
        conditional: p("conditional"),
      };
    }),
  );
}

/** By how much the long-run variance of a model may miss that of the returns. */
const mostMiss = 2;

/**
 * Paths of a GARCH model that begin with its long-run variance: that of the last bar would promise calm to who stands aside at the end.
 * Refused where the model does not make such returns, as of one that stands aside for long.
 */
function fittingGarch(returns: readonly number[]): PathSource {
  const source = garchPaths(returns, { start: "long-run" });
  const logReturns = Float64Array.from(returns, Math.log1p);
  const { omega, alpha, beta } = fitGarch(logReturns).model;
  const [modelled, measured] = [Math.sqrt(omega / (1 - alpha - beta)), deviationOf(logReturns)!];
  const miss = (modelled / measured) ** 2;
  if (miss <= mostMiss && miss >= 1 / mostMiss) return source;
  throw new UserError(
    "data/invalid-value",
    `its long-run volatility of ${percent(modelled, 2)} does not fit the ${percent(measured, 2)} of the returns`,
    {
      hint: "Trust the paths of resampled blocks.",
    },
  );
}

const paths = 1000;

/** Simulates as many periods as a year has, or as the stretch has where it is shorter. */
function simulationOf(
  source: Risk["simulations"][number]["source"],
  open: () => PathSource,
  { agent, periodsPerYear }: History,
  random: Random,
): Risk["simulations"][number] {
  try {
    const bars = Math.max(1, Math.min(agent.length, Math.round(periodsPerYear)));
    return { source, reason: null, result: resultOf(simulateWealth({ source: open(), paths, bars, random })) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { source, reason: error.message.replace(/\.$/, ""), result: null };
  }
}

function resultOf(simulation: WealthSimulation): NonNullable<Risk["simulations"][number]["result"]> {
  const { bars, shares, fan, finalWealth, maxDrawdown, longestUnderWater, loss, ruin } = simulation;
  const chance = ({ probability, low, high }: z.infer<typeof Chance>) => ({ probability, low, high });
  const spread = ({ mean, quantiles }: WealthSimulation["finalWealth"]) => ({ mean, quantiles: [...quantiles] });
  return {
    paths,
    periods: bars,
    shares: [...shares],
    fan: { periods: [...fan.bars], quantiles: fan.quantiles.map((each) => [...each]) },
    finalWealth: spread(finalWealth),
    maxDrawdown: spread(maxDrawdown),
    longestUnderWater: spread(longestUnderWater),
    loss: chance(loss),
    ruin: { ...chance(ruin), below: ruin.below },
  };
}

/** Buy-and-hold over all of the data, close to close; the agent, for which much of them is training, in its own stretch alone. */
function windowsOf({ track, returns }: BacktestResult, { closeTime, close }: Bars): Risk["windows"] {
  const held = inDays(closeTime, simpleReturns(close, close[0]!));
  const own = inDays(track.time, returns);
  const lived = new Map(stressWindows(own.time, [{ name: "agent", returns: own.returns }]).map((window) => [window.name, window]));
  return stressWindows(held.time, [{ name: "buy-and-hold", returns: held.returns }]).map((window) => {
    const { name, from, to, bars: days, isWhole, strategies } = window;
    const agent = lived.get(name);
    return {
      name,
      from,
      to,
      days,
      isWhole,
      buyAndHold: outcomeOf(strategies[0]),
      agentDays: agent?.bars ?? 0,
      agent: agent ? outcomeOf(agent.strategies[0]) : null,
    };
  });
}

function inDays(time: ArrayLike<number>, returns: Float64Array): { readonly time: Float64Array; readonly returns: Float64Array } {
  const days = dayPeriods(time);
  return { time: Float64Array.from(days.lastRows, (row) => time[row]!), returns: compoundedOver(days, returns) };
}

function outcomeOf(outcome: WindowOutcome | undefined): z.infer<typeof Outcome> {
  assert(outcome !== undefined, "a window tells of the strategy that it was given");
  const { totalReturn, maxDrawdown, worstBar, recoveryBars } = outcome;
  return { totalReturn, maxDrawdown, worstDay: worstBar, recoveryDays: recoveryBars };
}
