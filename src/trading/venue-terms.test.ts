import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { toMoney } from "../domain/index.ts";
import { BarExchange, Costs, geometricWalk, VenueTerms } from "../market/index.ts";
import { riskEngine } from "../risk/index.ts";
import { type Agent, barsFeed, memoryJournal, runSession, simulatedVenue } from "./index.ts";

const bars = geometricWalk({ bars: 300, volatility: 0.02, seed: 8 });
const { instrument } = bars;
const initialCash = toMoney(instrument, 100_000);

/** An agent that wants another exposure at every third bar. */
function restless(seed: number): Agent {
  const random = new Random(seed);
  let bar = 0;
  return { update: () => bar++, decide: () => (bar % 3 === 0 ? random.below(3) - 1 : null) };
}

test.each<[string, Partial<VenueTerms>]>([
  ["volume caps", { participation: 0.02 }],
  ["impact", { impact: { model: "square-root", coefficient: 1, lookbackBars: 20, barsPerDay: 1 } }],
  ["an account on margin", { margin: { initial: 0.5, maintenance: 0.25, interestBpsPerYear: 500, cashBpsPerYear: 200 } }],
  [
    "all of it",
    {
      participation: 0.05,
      impact: { model: "volume-share", coefficient: 0.1, lookbackBars: 20 },
      feeTiers: [{ turnover: 5000, feeBps: 0.5 }],
    },
  ],
])("a session at a venue with %s keeps the venue's books to the unit", async (_name, given) => {
  const terms = VenueTerms.parse(given);
  const venue = simulatedVenue({ feed: barsFeed(bars), instrument, costs: Costs.parse({}), initialCash, terms });
  const result = await runSession({
    ...venue,
    agent: restless(4),
    risk: riskEngine([]),
    journal: memoryJournal(),
    instrument,
    initialCash,
  });
  expect(result.findings).toEqual([]);
  expect(result.fills.length).toBeGreaterThan(50);
  expect(result.account.interestPaid !== 0).toBe(given.margin !== undefined);
  expect(await venue.broker.holdings()).toEqual({ position: result.account.position, cash: result.account.cash });
});

test("terms that contradict themselves are refused with their path", () => {
  const terms = { margin: { initial: 0.1, maintenance: 0.2 } };
  expect(() => new BarExchange({ instrument, costs: Costs.parse({}), initialCash, terms })).toThrow(/terms\.margin\.maintenance/);
});

test("a liquidation is reported as one, and the books agree after it", async () => {
  const falling = geometricWalk({ bars: 60, volatility: 0.05, drift: -0.03, seed: 2 });
  const terms = VenueTerms.parse({ margin: { initial: 0.5, maintenance: 0.4 } });
  const feed = barsFeed(falling);
  const venue = simulatedVenue({ feed, instrument: falling.instrument, costs: Costs.parse({}), initialCash, terms });
  let told = false;
  const agent: Agent = { update: () => undefined, decide: () => (told ? null : ((told = true), 1.9)) };
  const session = { agent, risk: riskEngine([]), journal: memoryJournal(), instrument: falling.instrument, initialCash };
  const { findings, fills, account } = await runSession({ ...venue, ...session });
  expect(findings).toEqual([{ code: "LIQUIDATION", message: expect.stringContaining("by a liquidation: sell") as string }]);
  expect(fills.map(({ forced }) => forced)).toEqual([undefined, "liquidation"]);
  expect(await venue.broker.holdings()).toEqual({ position: 0, cash: account.cash });
});
