import { systemClock } from "../../src/base/index.ts";
import { createSharedBook, type Policy, seatEnvironment, selfPlayEnvironment, SharedBook } from "../../src/env/index.ts";
import { type OneShotGame, quotingGame, type QuotingPopulation } from "../../src/evaluation/index.ts";
import { type ModelWeights, train, type TrainedAgent } from "../../src/rl/index.ts";
import { learnTables } from "./q-learning.ts";

/** The market of the study: two agents, two takers a round who pay up to some five ticks beyond the value, half-spreads of 1 to 8 ticks. */
export const params = SharedBook.parse({
  agents: 2,
  market: { kind: "takers", takers: 2, meanReservationTicks: 5 },
  halfSpreads: [1, 2, 3, 4, 5, 6, 7, 8],
  quoteLots: 2,
  steps: 100,
});

/** The one-shot game that is played in each round of it. */
const game: OneShotGame = params.market.kind === "takers" ? quotingGame(params.market, params.agents, params.halfSpreads) : unsolvable();

function unsolvable(): never {
  throw new Error("the study's market is one of takers");
}

const worlds = () => Array.from({ length: 16 }, () => createSharedBook(params));
const ppo = { nSteps: 64, batchSize: 512, epochs: 6, learningRate: 1e-3, annealLearningRate: true, hidden: [32, 32], gamma: 0.95 };

/** A way of learning to quote, and how it is told. */
export interface Learning {
  readonly name: string;
  readonly how: string;
  learn(seed: number): Promise<QuotingPopulation>;
}

const trained = (environment: Parameters<typeof train>[0]["environment"], seed: number, totalSteps: number, weights?: ModelWeights) =>
  train({
    algorithm: "ppo",
    params: ppo,
    environment,
    totalSteps,
    seed,
    clock: systemClock,
    ...(weights && { initialWeights: { from: weights } }),
  });

const selfPlaySteps = 400_000;

const selfPlay: Learning = {
  name: "PPO, one policy for both",
  how: `self-play in 16 books, ${selfPlaySteps.toLocaleString("en-US")} steps, discount 0.95`,
  async learn(seed) {
    const { policy } = await trained(selfPlayEnvironment(worlds()), seed, selfPlaySteps);
    return { seed, policies: [policy, policy] };
  },
};

const [turns, turnSteps] = [12, 30_720];

const inTurns: Learning = {
  name: "PPO, a policy each",
  how: `${turns} turns of ${turnSteps.toLocaleString("en-US")} steps each, every time against the other as it stood after its last turn`,
  async learn(seed) {
    const agents: (TrainedAgent | undefined)[] = [undefined, undefined];
    // The first to learn meets one who chooses by a fixed rule: in the middle.
    const middle: Policy = {
      observationSchema: "",
      observationSize: 0,
      actionSpace: { kind: "discrete", count: params.halfSpreads.length },
      decide: (_observations, count, out) => void out.fill(4, 0, count),
    };
    for (let turn = 0; turn < 2 * turns; turn++) {
      const seat = turn % 2;
      const environment = seatEnvironment(worlds(), seat, (other) => agents[other]?.policy ?? middle);
      agents[seat] = await trained(environment, seed * 1000 + turn, turnSteps, agents[seat]?.weights());
    }
    return { seed, policies: agents.map((agent) => agent!.policy) };
  },
};

const periods = 2_000_000;

const tables = (learningRate: number): Learning => ({
  name: `Q-learning, a table each, rate ${learningRate}`,
  how: `${(periods / 1e6).toFixed(0)} million rounds in one book, memory of the last round, discount 0.95, exploration e^(−4·10⁻⁶ t)`,
  learn(seed) {
    const environment = createSharedBook({ ...params, steps: 1_000_000 }, { seed });
    const actions = new Float32Array(2);
    const rules = learnTables(
      game,
      (first, second, profits) => {
        actions[0] = first;
        actions[1] = second;
        environment.step(actions);
        profits[0] = environment.rewards[0]!;
        profits[1] = environment.rewards[1]!;
      },
      { periods, seed, learningRate },
    );
    return Promise.resolve({ seed, policies: rules.map((rule) => tablePolicy(rule)) });
  },
});

/** A table as a policy that reads both agents' last half-spreads off its observation. */
function tablePolicy(rule: Int32Array): Policy {
  const { halfSpreads } = params;
  const [own, rival] = [2, 3];
  const size = createSharedBook(params).observationNames.length;
  const placeOf = (share: number) => halfSpreads.indexOf(Math.round(share * halfSpreads.at(-1)!));
  return {
    observationSchema: "",
    observationSize: size,
    actionSpace: { kind: "discrete", count: halfSpreads.length },
    decide(observations, count, out) {
      for (let row = 0; row < count; row++) {
        const state = placeOf(observations[row * size + own]!) * halfSpreads.length + placeOf(observations[row * size + rival]!);
        out[row] = rule[state]!;
      }
    },
  };
}

const scripted = (name: string, how: string, choice: number): Learning => ({
  name,
  how,
  learn: (seed) => {
    const place = params.halfSpreads.indexOf(choice);
    const policy: Policy = {
      observationSchema: "",
      observationSize: 0,
      actionSpace: { kind: "discrete", count: params.halfSpreads.length },
      decide: (_observations, count, out) => void out.fill(place, 0, count),
    };
    return Promise.resolve({ seed, policies: [policy, policy] });
  },
});

/** All that are compared: two that were not learnt, to see that the report can tell, and those that were. */
export const learnings: readonly Learning[] = [
  scripted("always the competitive quote", "not learnt", 1),
  scripted("always the monopoly's quote", "not learnt", 5),
  selfPlay,
  inTurns,
  tables(0.15),
  tables(0.03),
];
