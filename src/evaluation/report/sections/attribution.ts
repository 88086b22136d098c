import { z } from "zod";
import { type Bars, fromLots, fromMoney, type Instrument } from "../../../domain/index.ts";
import {
  attributeDecisions,
  type Coefficient as FittedCoefficient,
  type Decision as AttributedDecision,
  type Excursion,
  factorRegression,
  profitByLabel,
  profitByPeriod,
  profitBySide,
  type ProfitGroup,
  profitLedger,
  rankDecisions,
  tradeExcursions,
} from "../../attribution/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { metTicks } from "../met-ticks.ts";
import { meanOf, quantileOf } from "../../statistics/index.ts";
import { spreadRows } from "../periods.ts";
import { figure } from "../shapes.ts";
import { volatilityLabels, volatilityMethod, volatilityRegimes } from "../volatility-regimes.ts";
import type { History } from "./history.ts";

const Group = z.strictObject({
  label: z.string(),
  bars: z.int(),
  price: z.number().describe("profit at the market's prices, before costs"),
  costs: z.number().describe("fees, spread, slippage, impact and carry"),
  profit: z.number(),
});

const Decision = z.strictObject({
  decidedAt: figure.describe("close of the bar at which it was decided; null in the first bar"),
  filledAt: z.number(),
  before: z.number().describe("units held before, signed"),
  after: z.number().describe("units held after"),
  bars: z.int().describe("closes until the next decision"),
  profit: z.number().describe("what equity gained until the next decision"),
  advantage: z.number().describe("profit less what keeping the position would have gained"),
});

const Middle = z.strictObject({ mean: figure, median: figure });

const Trips = z.strictObject({
  count: z.int().describe("round trips, one still open counted"),
  winners: z.int(),
  adverse: Middle.describe("maximum adverse excursion as a share of the position's largest value, at most 0"),
  favourable: Middle.describe("maximum favourable excursion as a share, at least 0"),
  kept: Middle.describe("profit as a share of the favourable excursion"),
  adverseOfWinners: Middle.describe("how far winners had gone against their holder"),
  favourableOfLosers: Middle.describe("how far losers had been ahead"),
  points: z
    .array(
      z.strictObject({
        closedAt: figure.describe("null while open"),
        side: z.enum(["long", "short"]),
        profit: z.number().describe("at the prices paid and got, in quote currency"),
        adverse: z.number(),
        favourable: z.number(),
      }),
    )
    .describe("at most 300 of them, evenly spread over time"),
});

const Coefficient = z.strictObject({ value: z.number(), standardError: z.number(), t: figure, pValue: figure });

/** Where the agent's profit of the test stretch came from; amounts in quote currency, times in ms since the epoch, UTC. */
export const Attribution = z.strictObject({
  years: z.array(Group),
  sides: z.array(Group).describe("long, short and flat"),
  regimes: z.strictObject({
    method: z.string().describe("how bars were told apart, in words"),
    groups: z.array(Group),
  }),
  decisions: z.strictObject({
    count: z.int(),
    best: z.array(Decision).describe("by advantage, the best first"),
    worst: z.array(Decision).describe("by advantage, the worst first"),
  }),
  trips: Trips,
  market: z
    .strictObject({
      periods: z.int(),
      lags: z.int().describe("of residual correlation that standard errors allow for"),
      alpha: Coefficient.describe("a year: intercept × periods of a year"),
      beta: Coefficient,
      rSquared: figure,
    })
    .nullable()
    .describe("regression of the agent's returns on buy-and-hold's (periods of `history`, errors of Newey & West); null where undefined"),
});

export type Attribution = z.infer<typeof Attribution>;

/** Attributes the profit of a backtest over rows [from, …) of `bars`. */
export function attributionSection(agent: BacktestResult, bars: Bars, from: number, history: History): Attribution {
  const { instrument, track } = agent;
  const facts = { marketTicks: metTicks(agent) };
  const ledger = profitLedger(agent, facts);
  const groups = (given: readonly ProfitGroup[]) => given.map((group) => groupOf(group, instrument));
  const { decisions } = attributeDecisions(agent, facts);
  const { best, worst } = rankDecisions(decisions);
  const written = (ranked: readonly AttributedDecision[]) => ranked.map((decision) => decisionOf(decision, instrument));
  const byRegime = profitByLabel(ledger, volatilityRegimes(bars, from, from + track.time.length));
  const sides = profitBySide(ledger);
  return {
    years: groups(profitByPeriod(ledger, "year")),
    sides: groups([sides.long, sides.short, sides.flat]),
    regimes: {
      method: volatilityMethod,
      groups: groups(volatilityLabels.flatMap((label) => byRegime.filter((group) => group.label === label))),
    },
    decisions: { count: decisions.length, best: written(best), worst: written(worst) },
    trips: tripsOf(tradeExcursions(agent, facts), instrument),
    market: marketOf(history),
  };
}

function groupOf({ label, bars, price, profit }: ProfitGroup, instrument: Instrument): z.infer<typeof Group> {
  const amount = (value: number) => fromMoney(instrument, value);
  return { label, bars, price: amount(price), costs: amount(price - profit), profit: amount(profit) };
}

const decisionOf = (
  { decidedAt, filledAt, lotsBefore, lotsAfter, bars, profit, advantage }: AttributedDecision,
  instrument: Instrument,
): z.infer<typeof Decision> => ({
  decidedAt,
  filledAt,
  before: fromLots(instrument, lotsBefore),
  after: fromLots(instrument, lotsAfter),
  bars,
  profit: fromMoney(instrument, profit),
  advantage: fromMoney(instrument, advantage),
});

const mostTrips = 300;

function tripsOf(trips: readonly Excursion[], instrument: Instrument): Attribution["trips"] {
  const winners = trips.filter(({ profit }) => profit > 0);
  const losers = trips.filter(({ profit }) => profit < 0);
  const adverse = (each: readonly Excursion[]) => middleOf(each.map(({ adverseShare }) => adverseShare));
  const favourable = (each: readonly Excursion[]) => middleOf(each.map(({ favourableShare }) => favourableShare));
  return {
    count: trips.length,
    winners: winners.length,
    adverse: adverse(trips),
    favourable: favourable(trips),
    kept: middleOf(trips.flatMap(({ kept }) => (kept === null ? [] : [kept]))),
    adverseOfWinners: adverse(winners),
    favourableOfLosers: favourable(losers),
    points: spreadRows(trips.length, mostTrips).map((index) => {
      const { closedAt, side, profit, adverseShare, favourableShare } = trips[index]!;
      return { closedAt, side, profit: fromMoney(instrument, profit), adverse: adverseShare, favourable: favourableShare };
    }),
  };
}

const middleOf = (values: readonly number[]): z.infer<typeof Middle> => ({ mean: meanOf(values), median: quantileOf(values, 0.5) });

function marketOf({ agent, buyAndHold, periodsPerYear }: History): Attribution["market"] {
  const fit = factorRegression(agent, { buyAndHold });
  if (fit === null) return null;
  const { bars, lags, intercept, factors, rSquared } = fit;
  return {
    periods: bars,
    lags,
    alpha: coefficientOf(intercept, periodsPerYear),
    beta: coefficientOf(factors.buyAndHold, 1),
    rSquared,
  };
}

const coefficientOf = ({ value, standardError, t, pValue }: FittedCoefficient, times: number): z.infer<typeof Coefficient> => ({
  value: value * times,
  standardError: standardError * times,
  t,
  pValue,
});
