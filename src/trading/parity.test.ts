import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type AccountState, type Bars, barsFrom, type Fill, signOf, toMoney } from "../domain/index.ts";
import { createObserver, createVectorEnvironment, EnvironmentSpecification, type Policy } from "../env/index.ts";
import { defaultFeatures, featurePipeline, type FeatureMatrix, type FeaturePipeline } from "../features/index.ts";
import { geometricWalk } from "../market/index.ts";
import { riskEngine } from "../risk/index.ts";
import { barsFeed, journalFeed, memoryJournal, openJournal, policyAgent, runSession, simulatedVenue, type SessionResult } from "./index.ts";

/** What happened at one decision: the observation's bytes, the account, and the action taken. */
interface Moment {
  readonly observation: string;
  readonly account: AccountState;
  readonly action: number;
}

interface Trade {
  readonly time: number;
  readonly signedLots: number;
  readonly value: number;
  readonly fee: number;
}

const pipeline = featurePipeline([...defaultFeatures]);

const bytesOf = (values: Float32Array): string => Buffer.from(values.slice().buffer).toString("base64");

/** A policy that chooses at random, but for every third choice, which follows from the observation's bits. */
function dicePolicy(observer: { schema: string; size: number; actionSpace: Policy["actionSpace"] }, seed: number): Policy {
  const random = new Random(seed);
  const space = observer.actionSpace;
  return {
    observationSchema: observer.schema,
    observationSize: observer.size,
    actionSpace: space,
    decide(observations, _count, out) {
      const draw = random.below(3) === 0 ? Math.abs(Math.sin(observations.reduce((sum, value) => sum + value, 0))) : random.uniform();
      out[0] = space.kind === "discrete" ? Math.min(space.count - 1, Math.floor(draw * space.count)) : 2.4 * draw - 1.2;
    },
  };
}

/** A policy that chooses by all that it has seen since it was had anew, as a recurrent network does. */
function rememberingPolicy({ schema, size, actionSpace }: { schema: string; size: number; actionSpace: Policy["actionSpace"] }): Policy {
  let memory = 0;
  const shape = { observationSchema: schema, observationSize: size, actionSpace };
  return {
    ...shape,
    decide(observations, _count, out) {
      memory = 0.9 * memory + Math.sin(observations.reduce((sum, value, at) => sum + value * (1 + (at % 3)), 0));
      const draw = 0.5 + 0.5 * Math.sin(40 * memory);
      out[0] = actionSpace.kind === "discrete" ? Math.min(actionSpace.count - 1, Math.floor(draw * actionSpace.count)) : 2 * draw - 1;
    },
    fresh() {
      const own = rememberingPolicy({ schema, size, actionSpace });
      return { ...own, forget: () => Object.assign(own, rememberingPolicy({ schema, size, actionSpace })) };
    },
  };
}

type MakePolicy = (observer: { schema: string; size: number; actionSpace: Policy["actionSpace"] }, seed: number) => Policy;

function environmentRun(
  bars: Bars,
  features: FeatureMatrix,
  specification: EnvironmentSpecification,
  seed: number,
  makePolicy: MakePolicy = dicePolicy,
) {
  const environment = createVectorEnvironment({
    ...specification,
    bars,
    features,
    pipelineHash: pipeline.hash,
    from: 0,
    to: bars.close.length,
    count: 1,
  });
  const given = makePolicy(
    { schema: environment.observationSchema, size: environment.observations.length, actionSpace: environment.actionSpace },
    seed,
  );
  const policy = given.fresh?.() ?? given;
  const action = new Float32Array(1);
  const moments: Moment[] = [];
  const trades: Trade[] = [];
  for (;;) {
    policy.decide(environment.observations, 1, action);
    const account = environment.accounts[0]!.save();
    moments.push({ observation: bytesOf(environment.observations), account, action: action[0]! });
    environment.step(action);
    if (environment.terminated[0] || environment.truncated[0]) break;
    const after = environment.accounts[0]!.save();
    const [signedLots, fee, borrow] = [
      after.position - account.position,
      after.feesPaid - account.feesPaid,
      after.borrowPaid - account.borrowPaid,
    ];
    if (signedLots !== 0)
      trades.push({ time: environment.observedAt[0]!, signedLots, value: account.cash - after.cash - fee - borrow, fee });
  }
  return {
    moments,
    trades,
    finalObservation: bytesOf(environment.finalObservations),
    finalEquity: environment.finalEquity[0]!,
    truncated: environment.truncated[0] === 1,
  };
}

async function sessionRun(
  specification: EnvironmentSpecification,
  seed: number,
  {
    bars,
    feed = barsFeed(bars),
    journal = memoryJournal(),
    makePolicy = dicePolicy,
  }: { bars: Bars; feed?: ReturnType<typeof barsFeed>; journal?: ReturnType<typeof memoryJournal>; makePolicy?: MakePolicy },
) {
  const { instrument } = bars;
  const observer = createObserver(specification, pipeline);
  const moments: Moment[] = [];
  let seen = "";
  const watched = (inner: Policy): Policy => ({
    ...inner,
    decide(observations, count, out) {
      inner.decide(observations, count, out);
      seen = bytesOf(observations);
    },
    ...(inner.fresh && { fresh: () => ({ ...watched(inner.fresh!()), forget: () => undefined }) }),
  });
  const policy = watched(makePolicy(observer, seed));
  const agent = policyAgent(observer, policy);
  const act = observer.act.bind(observer);
  Object.assign(observer, {
    act: (actions: Float32Array, account: Parameters<typeof act>[1]) => {
      moments.push({ observation: seen, account: account.save(), action: actions[0]! });
      return act(actions, account);
    },
  });
  const initialCash = toMoney(instrument, specification.initialCash);
  const venue = simulatedVenue({ feed, instrument, costs: specification.costs, initialCash });
  const result = await runSession({ ...venue, agent, risk: riskEngine([]), journal, instrument, initialCash });
  return { moments, result, journal };
}

const tradeOf = ({ filledAt, side, quantity, priceTicks, fee }: Fill): Trade => ({
  time: filledAt,
  signedLots: signOf(side) * quantity,
  value: signOf(side) * quantity * priceTicks,
  fee,
});

/** Shows the first row that differs: a diff of thousands takes minutes to print. */
function expectSameRows(actual: readonly object[], expected: readonly object[]) {
  const differs = expected.findIndex((row, index) => !isDeepStrictEqual(actual[index], row));
  expect({ index: differs, row: actual[differs] }).toEqual({ index: differs, row: expected[differs] });
  expect(actual).toHaveLength(expected.length);
}

function expectEqual(environment: ReturnType<typeof environmentRun>, { moments, result }: { moments: Moment[]; result: SessionResult }) {
  const { finalObservation, finalEquity } = environment;
  const last = environment.moments.length;
  expectSameRows(moments.slice(0, last), environment.moments);
  const lastTime = result.points.at(-1)!.time;
  expect(environment.trades.length).toBeGreaterThan(10);
  expectSameRows(
    result.fills.map(tradeOf).filter(({ time }) => time < lastTime),
    environment.trades,
  );
  expect(moments).toHaveLength(last + 1);
  expect({ observation: moments[last]!.observation, equity: result.account.equity }).toEqual({
    observation: finalObservation,
    equity: finalEquity,
  });
  expect(result.findings).toEqual([]);
  expect(result.endedBy).toBe("feed");
}

function sp500(): Bars {
  const manifest = findPackageJSON("vega-datasets", import.meta.url)!;
  const lines = readFileSync(join(manifest, "..", "data", "sp500-2000.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const rows = lines.map((line) => {
    const [date, open, high, low, close, , volume] = line.split(",");
    return {
      closeTime: Date.parse(`${date}T21:00:00Z`),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    };
  });
  return barsFrom({ symbol: "SP500", currency: "USD", tickSize: 0.01, lotSize: 0.001 }, rows);
}

const samples = {
  "S&P 500": sp500(),
  "a calm walk": geometricWalk({ bars: 600, volatility: 0.01, seed: 5 }),
  "a wild walk": geometricWalk({ bars: 400, volatility: 0.06, seed: 6 }),
};
const matrices = new Map<string, FeatureMatrix>(
  Object.entries(samples).map(([name, bars]) => [name, (pipeline satisfies FeaturePipeline).batch(bars)]),
);

describe.each(Object.entries(samples))("environment = session, tolerance zero, on %s", (name, bars) => {
  for (const actions of ["short-flat-long", "hold-buy-sell", "target-position"] as const) {
    for (const allowShort of [true, false]) {
      test(`${actions}, ${allowShort ? "with" : "without"} shorts: observations, fills, cash, position, equity`, async () => {
        for (const [seed, costs] of [
          { feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 },
          {},
          { feeBps: 7.5, feeFixed: 1.2, slippageBps: 3.3, borrowBpsPerYear: 900 },
        ].entries()) {
          const specification = EnvironmentSpecification.parse({
            environment: { name: "single-asset", params: { actions, allowShort, maxDrawdown: 1 } },
            window: seed + 1,
            costs,
            episode: { randomStart: false },
          });
          const environment = environmentRun(bars, matrices.get(name)!, specification, seed);
          expect(environment.truncated, "the episode ran to the end of the data").toBe(true);
          expectEqual(environment, await sessionRun(specification, seed, { bars }));
        }
      });
    }
  }
});

test.each(Object.entries(samples))("environment = session for a policy that remembers, on %s", async (name, bars) => {
  const specification = EnvironmentSpecification.parse({
    environment: { name: "single-asset", params: { maxDrawdown: 1 } },
    episode: { randomStart: false },
  });
  const makePolicy: MakePolicy = (observer) => {
    const policy = rememberingPolicy(observer);
    policy.decide(new Float32Array(observer.size).fill(1), 1, new Float32Array(1)); // What others ask it is no part of the session.
    return policy;
  };
  const environment = environmentRun(bars, matrices.get(name)!, specification, 0, makePolicy);
  expectEqual(environment, await sessionRun(specification, 0, { bars, makePolicy }));
});

test("a recorded session replays from its journal file to the same records, byte for byte", async () => {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  const bars = samples["a calm walk"];
  const specification = EnvironmentSpecification.parse({ environment: { name: "single-asset", params: { maxDrawdown: 1 } } });
  const path = join(folder, "session.ndjson");
  const file = openJournal(path, { durable: false });
  const live = await sessionRun(specification, 3, { bars, journal: { ...memoryJournal(), append: file.append } });
  file.close();
  const recorded = openJournal(path, { durable: false });
  recorded.close();
  const replay = await sessionRun(specification, 3, { bars, feed: journalFeed(recorded.recovered) });
  expectSameRows(replay.journal.records, recorded.recovered);
  expectSameRows(replay.moments, live.moments);
  expectSameRows(replay.result.points, live.result.points);
  expectSameRows(replay.result.fills, live.result.fills);
  expect(live.result.fills.length).toBeGreaterThan(100);
  rmSync(folder, { recursive: true });
});
