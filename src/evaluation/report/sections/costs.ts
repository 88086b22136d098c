import { z } from "zod";
import { fromMoney, type Instrument } from "../../../domain/index.ts";
import { capacityOf, costSplit, implementationShortfall } from "../../attribution/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { metTicks } from "../met-ticks.ts";
import { figure } from "../shapes.ts";

const Split = z.strictObject({
  price: z.number().describe("profit of the positions at the market's prices, before all costs"),
  fees: z.number(),
  spread: z.number(),
  slippage: z.number().describe("what was paid beyond the market's price"),
  impact: z.number(),
  borrow: z.number(),
  funding: z.number(),
  interest: z.number(),
  dividends: z.number().describe("negative: received"),
  other: z.number().describe("of what holding has cost, the part that the account has no name for"),
  profit: z.number().describe("price less all the others"),
});

/** What became of the agent's profit before costs; positive is paid. */
export const CostReport = z.strictObject({
  initialEquity: z.number().describe("in quote currency"),
  amounts: Split.describe("in quote currency"),
  shares: Split.describe("the same as shares of initial equity"),
  turnover: figure.describe("times of equity a year, both sides counted"),
  tradedValue: z.number().describe("Σ quantity × price of all fills, in quote currency"),
  shortfall: z
    .strictObject({
      delay: z.number().describe("the market's own way from the decision's close to the fill"),
      execution: z.number().describe("spread, slippage and impact"),
      fees: z.number(),
      total: z.number(),
      bps: figure.describe("of the value that was decided, in basis points; null without fills"),
    })
    .describe("implementation shortfall against the prices of the decisions (Perold, 1988), in quote currency"),
  capacity: z
    .strictObject({
      limit: z.number().describe("largest share of a bar's volume that trades may be"),
      tolerance: z.number().describe("share of the bars with trades that may exceed it"),
      equity: figure.describe("equity in quote currency up to which trades stay within the limit"),
      meanParticipation: figure.describe("share of volume in bars with trades"),
      mostParticipation: figure,
      reason: z.string().nullable().describe("why it is not defined, in words"),
    })
    .describe("how much money the strategy could run in this market"),
});

export type CostReport = z.infer<typeof CostReport>;

/** The costs of a backtest; `volume` of its bars in units of the instrument. */
export function costsSection(agent: BacktestResult, volume: ArrayLike<number>): CostReport {
  const { instrument, initialCash, fills, metrics } = agent;
  const facts = { marketTicks: metTicks(agent) };
  const split = costSplit(agent, facts);
  const { delay, execution, fees, shortfall: total, bps } = implementationShortfall(agent, facts);
  const inCurrency = <Parts extends object>(parts: Parts) => scaledParts(parts, (value) => fromMoney(instrument, value));
  return {
    initialEquity: fromMoney(instrument, initialCash),
    amounts: inCurrency(split),
    shares: scaledParts(split, (value) => value / initialCash),
    turnover: metrics.turnover,
    tradedValue: fromMoney(
      instrument,
      fills.reduce((sum, { quantity, priceTicks }) => sum + quantity * priceTicks, 0),
    ),
    shortfall: { ...inCurrency({ delay, execution, fees, total }), bps },
    capacity: capacitySection(agent, volume, instrument),
  };
}

const scaledParts = <Parts extends object>(parts: Parts, scale: (value: number) => number): Parts =>
  Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, scale(value as number)])) as Parts;

const [limit, tolerance] = [0.1, 0.05];

function capacitySection(agent: BacktestResult, volume: ArrayLike<number>, instrument: Instrument): CostReport["capacity"] {
  const undefinedFor = (reason: string) => ({ limit, tolerance, equity: null, meanParticipation: null, mostParticipation: null, reason });
  if (agent.fills.length === 0) return undefinedFor("nothing was traded");
  const known = Float64Array.from(volume);
  if (!known.every((value) => value >= 0 && value < Infinity) || !known.some((value) => value > 0))
    return undefinedFor("the data do not say how much was traded in the market");
  const { capacity, meanParticipation, mostParticipation } = capacityOf(agent, { volume: known, limit, tolerance });
  return {
    limit,
    tolerance,
    equity: capacity === null ? null : fromMoney(instrument, capacity),
    meanParticipation,
    mostParticipation,
    reason: null,
  };
}
