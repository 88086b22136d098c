import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Policy, SharedBook, Takers } from "../../env/index.ts";
import { collusionReport, type QuotingPopulation } from "./collusion-report.ts";
import { playQuoting } from "./quoting-play.ts";
import { bestReply, collusionIndex, type OneShotGame, quotingGame, solveBenchmarks } from "./one-shot-game.ts";

/** Logit demand for two goods of quality 2 and cost 1 beside an outside good of 0, μ = 1/4: the baseline of Calvano et al. (2020). */
const logitDuopoly = (choices: readonly number[]): OneShotGame => ({
  players: 2,
  choices,
  profit(own, [other]) {
    const [mine, theirs] = [Math.exp((2 - own) / 0.25), Math.exp((2 - other!) / 0.25)];
    return ((own - 1) * mine) / (mine + theirs + 1);
  },
});

const takers = (fields: Record<string, unknown> = {}) => Takers.parse({ kind: "takers", ...fields });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("benchmarks", () => {
  test("of the logit duopoly are the published ones", () => {
    const prices = Array.from({ length: 1001 }, (_, index) => 1.2 + index / 1000);
    const { competition, monopoly } = solveBenchmarks(logitDuopoly(prices));
    expect(competition.choice).toBeCloseTo(1.473, 3);
    expect(monopoly.choice).toBeCloseTo(1.925, 3);
    expect(competition.profit).toBeCloseTo(0.223, 3);
    expect(monopoly.profit).toBeCloseTo(0.337, 3);
  });

  test("equal those found by trying every profile of every player", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 3 }),
        fc.double({ min: 1, max: 9, noNaN: true }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        (players, meanReservationTicks, informedShare, jumpTicks) => {
          const choices = range(1, 12);
          const game = quotingGame(takers({ meanReservationTicks, informedShare, jumpTicks }), players, choices);
          const solved = attempt(() => solveBenchmarks(game));
          const profiles = choices.flatMap((a) => choices.flatMap((b) => (players === 2 ? [[a, b]] : choices.map((c) => [a, b, c]))));
          const profitOf = (profile: number[], seat: number) =>
            game.profit(
              profile[seat]!,
              profile.filter((_, other) => other !== seat),
            );
          const total = (profile: number[]) => profile.reduce((sum, _, seat) => sum + profitOf(profile, seat), 0);
          const isEquilibrium = (profile: number[]) =>
            profile.every((_, seat) =>
              choices.every((choice) => profitOf(profile.with(seat, choice), seat) <= profitOf(profile, seat) + 1e-12),
            );
          const symmetric = profiles.filter((profile) => profile.every((choice) => choice === profile[0]) && isEquilibrium(profile));
          if (!solved) {
            const best = Math.max(...symmetric.map(total));
            expect(
              symmetric.length === 0 || best >= Math.max(...choices.map((choice) => total(new Array<number>(players).fill(choice)))),
            ).toBe(true);
            return;
          }
          expect(solved.equilibria.map(({ choice }) => choice)).toEqual(symmetric.map(([choice]) => choice));
          expect(solved.monopoly.profit * players).toBeCloseTo(Math.max(...profiles.map(total)), 9);
          for (const { profit } of solved.equilibria) expect(solved.competition.profit).toBeGreaterThanOrEqual(profit);
        },
      ),
      { numRuns: 25, seed: 6 },
    );
  });

  test("those who know keep competitive quotes apart, and a monopoly quotes what its demand asks for", () => {
    const plain = solveBenchmarks(quotingGame(takers({ meanReservationTicks: 5 }), 2, range(1, 12)));
    expect([plain.competition.choice, plain.monopoly.choice]).toEqual([1, 5]); // h e^(−h/5) is largest at 5.
    const informed = takers({ meanReservationTicks: 5, informedShare: 0.4, jumpTicks: 6 });
    const guarded = solveBenchmarks(quotingGame(informed, 2, range(1, 12)));
    expect(guarded.competition.choice).toBeGreaterThan(plain.competition.choice);
    expect(guarded.competition.profit).toBeGreaterThanOrEqual(0);
  });

  test("undercutting by a tick is the best reply to a monopolist; where there is nothing to measure against, that is told", () => {
    const game = quotingGame(takers({ meanReservationTicks: 5 }), 2, range(1, 12));
    expect(bestReply(game, [5]).choice).toBe(4);
    const ruinous = quotingGame(takers({ informedShare: 1, jumpTicks: 9 }), 2, range(1, 5));
    expect(() => solveBenchmarks(ruinous)).toThrow("acting as one pays no more");
    const bare: OneShotGame = {
      players: 2,
      choices: [1, 2],
      profit: (own, [other]) => (own === other ? (own - 1) / 2 : own < other! ? 1 : -1),
    };
    expect(solveBenchmarks(bare).competition).toEqual({ choice: 1, profit: 0 });
    const several: OneShotGame = {
      players: 2,
      choices: [1, 2, 3],
      profit: (own, [other]) => (own === other ? own : own === 2 && other === 3 ? 4 : 0),
    };
    expect(solveBenchmarks(several)).toMatchObject({
      equilibria: [{ choice: 1 }, { choice: 2 }],
      competition: { choice: 2 },
      monopoly: { choice: 3 },
    });
    const apart: OneShotGame = { players: 2, choices: [1, 2], profit: (own, [other]) => (own === other ? 0 : 1) };
    expect(() => solveBenchmarks(apart)).toThrow("no choice that all make is an equilibrium");
  });
});

const attempt = <Result>(run: () => Result): Result | null => {
  try {
    return run();
  } catch {
    return null;
  }
};

const params = SharedBook.parse({
  agents: 2,
  market: { kind: "takers", takers: 2, meanReservationTicks: 5 },
  halfSpreads: range(1, 10),
  steps: 100,
});

/** A policy that chooses by rule. Observation 3 is the rivals' best half-spread over the widest one, 10 ticks. */
const rule = (choose: (rivalTicks: number) => number): Policy => ({
  observationSchema: "rule",
  observationSize: 13,
  actionSpace: { kind: "discrete", count: 10 },
  decide(observations, count, out) {
    for (let row = 0; row < count; row++) out[row] = params.halfSpreads.indexOf(choose(Math.round(10 * observations[row * 13 + 3]!)));
  },
});

const populations = (policies: (seed: number) => readonly Policy[]): QuotingPopulation[] =>
  [1, 2, 3, 4, 5].map((seed) => ({ seed, policies: policies(seed) }));
const study = { params, settlingSteps: 20, measuredSteps: 300, watchedSteps: 8 };

describe("a report", () => {
  test("finds nothing with competitors", () => {
    const report = collusionReport({ ...study, populations: populations(() => [rule(() => 1), rule(() => 1)]) });
    for (const value of [report.index.mean, report.index.low, report.index.high, report.markup.mean]) expect(value).toBeCloseTo(0, 9);
    expect(report.reply.mean).toBe(0);
    expect(report.verdict[0]).toContain("not distinguishable from competition");
  });

  test("finds those who keep a monopoly's price whatever happens, and that nobody punishes", () => {
    const report = collusionReport({ ...study, populations: populations(() => [rule(() => 5), rule(() => 5)]) });
    expect(report.index.mean).toBeCloseTo(1, 9);
    expect(report.halfSpread.mean).toBeCloseTo(5, 9);
    expect(report.reply.mean).toBe(0);
    expect(report.deviationGain.low).toBeGreaterThan(0);
    expect(report.verdict.at(-1)).toContain("no proof of collusion");
  });

  test("finds punishment where an undercut is answered by a price war, and that it did not pay", () => {
    const grim = () => rule((rival) => (rival < 5 ? 1 : 5));
    const report = collusionReport({ ...study, populations: populations(() => [grim(), grim()]), settlingSteps: 21 });
    expect(report.reply.high).toBeLessThan(0);
    expect(report.replyPath[0]!.mean).toBe(0);
    expect(report.replyPath[1]!.mean).toBe(-4);
    expect(report.reply.mean).toBeCloseTo(report.replyPath.slice(1).reduce((sum, { mean }) => sum + mean, 0) / 7, 12);
    expect(report.deviationGain.high).toBeLessThan(0);
    expect(report.verdict[2]).toContain("the others cut their spreads in answer");
  });

  test("a choice is forced for as long as it should be, and takers come as they would have", () => {
    const policies = [rule(() => 5), rule(() => 6)];
    const forced = { seat: 1, from: 3, steps: 2, choice: 0 };
    const [free, made] = [
      playQuoting(params, policies, { seed: 2, steps: 8 }),
      playQuoting(params, policies, { seed: 2, steps: 8, forced }),
    ];
    const quotesOf = ({ halfSpreads }: typeof free, seat: number) => [...halfSpreads].filter((_, at) => at % 2 === seat);
    expect(quotesOf(made, 0)).toEqual(new Array(8).fill(5));
    expect(quotesOf(made, 1)).toEqual([6, 6, 6, 1, 1, 6, 6, 6]);
    expect(made.rewards.subarray(10)).toEqual(free.rewards.subarray(10));
  });

  test("what quotes are expected to bring is what they do bring, but for luck", () => {
    const mixed = (seed: number) => [rule(() => 2 + (seed % 3)), rule(() => 3)];
    const report = collusionReport({ ...study, measuredSteps: 20_000, populations: populations(mixed) });
    for (const { profit, realisedProfit } of report.seeds) expect(Math.abs(realisedProfit / profit - 1)).toBeLessThan(0.04);
  });

  test("refuses what cannot be solved or told", () => {
    const two = populations(() => [rule(() => 1), rule(() => 1)]);
    expect(() => collusionReport({ ...study, populations: two.slice(0, 1) })).toThrow("two at least");
    const flow = SharedBook.parse({ market: { kind: "flow" } });
    expect(() => collusionReport({ ...study, params: flow, populations: two })).toThrow("can be solved");
  });

  test("the index is 0 at competition and 1 at monopoly", () => {
    const benchmarks = solveBenchmarks(logitDuopoly(range(0, 1000).map((step) => 1.2 + step / 1000)));
    expect(collusionIndex(benchmarks.competition.profit, benchmarks)).toBe(0);
    expect(collusionIndex(benchmarks.monopoly.profit, benchmarks)).toBe(1);
  });
});
