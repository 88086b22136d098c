import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { manualClock } from "../../base/index.ts";
import type { Policy } from "../../env/index.ts";
import { createEnsemble, loadPolicy, type Saveable } from "../ensemble-folder.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { forecastPolicy, trainForecaster } from "../forecast/index.ts";
import { trainGate } from "../gate.ts";
import { switchMembers, switchingPeriods } from "../switching.ts";
import { type Toy, toyEnvironment } from "../testing/toy-environment.ts";
import { train } from "../train.ts";

const folder = mkdtempSync(join(tmpdir(), "meta-controller-"));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = manualClock();

/** What follows a return in each regime: more of the same, the opposite, or what came before the last. */
const nextMean: readonly ((last: number, before: number) => number)[] = [
  (last) => 0.8 * last,
  (last) => -0.8 * last,
  (_, before) => 0.8 * before,
];

/**
 * A market that changes among those regimes: shows the last two returns and which regime it is in; the reward is the exposure times the
 * return that follows, less the risk of it.
 */
const marketOf = (regimes: readonly number[]): Toy => ({
  name: "regimes",
  stateSize: 3,
  observationSize: 5,
  actionSpace: { kind: "box", size: 1, low: -1, high: 1 },
  limit: 50,
  start: (state, random) => state.set([random.normal(), random.normal(), regimes[random.below(regimes.length)]!]),
  observe: ([last, before, regime], out) => {
    out.fill(0).set([last!, before!]);
    out[2 + regime!] = 1;
  },
  step(state, { 0: action }, random) {
    const [last, before, regime] = state as unknown as [number, number, number];
    const next = nextMean[regime]!(last, before) + 0.6 * random.normal();
    const elsewhere = random.uniform() < 0.05 ? regimes[random.below(regimes.length)]! : regime;
    state.set([next, last, elsewhere]);
    return { reward: action! * next - 0.25 * action! ** 2, terminated: false };
  },
});

const everywhere = marketOf([0, 1, 2]);
const returnOf = (policy: Policy, regimes = [0, 1, 2]) => evaluatePolicy(policy, toyEnvironment(marketOf(regimes), 10), 60, 77).meanReturn;

/** A forecaster of the third regime, learned from a recording of it, that trades on its forecasts. */
async function supervisedMember(): Promise<Saveable> {
  const environment = toyEnvironment(marketOf([2]), 1);
  const rows = 3000;
  const features = new Float32Array(rows * 5);
  environment.reset(5);
  for (let row = 0; row < rows; row++) {
    features.set(environment.observations, row * 5);
    environment.step(Float32Array.of(0));
  }
  const targets = Float64Array.from({ length: rows }, (_, row) => features[(row + 1) * 5] ?? NaN);
  const forecaster = await trainForecaster({
    data: { features, width: 5, targets },
    training: { from: 0, to: 2200 },
    validation: { from: 2200, to: rows },
    params: { window: 1, body: { kind: "none" }, hidden: [32], epochs: 15, learningRate: 3e-3 },
    seed: 1,
  });
  const { observationSchema, actionSpace } = environment;
  return forecastPolicy(forecaster, { observationSchema, observationSize: 5, actionSpace, sensitivity: 2 });
}

test(
  "PPO, SAC and a supervised member, each good in a regime of its own, are weighed better than any of them does",
  { timeout: 60_000 },
  async () => {
    const common = { seed: 1, clock };
    const ppo = await train({
      ...common,
      algorithm: "ppo",
      params: { nSteps: 128, learningRate: 1e-3, gamma: 0 },
      environment: toyEnvironment(marketOf([0]), 8),
      totalSteps: 16_384,
    });
    const sac = await train({
      ...common,
      algorithm: "sac",
      params: { gamma: 0, learningRate: 3e-3, hidden: [32, 32], batchSize: 64 },
      environment: toyEnvironment(marketOf([1]), 4),
      totalSteps: 8_000,
    });
    const members: Saveable[] = [ppo, sac, await supervisedMember()];
    const policies = members.map(({ policy }) => policy);
    policies.forEach((policy, regime) => expect(returnOf(policy, [regime]), `member ${regime} at home`).toBeGreaterThan(8));

    const controller = await trainGate(policies, {
      ...common,
      algorithm: "ppo",
      params: { nSteps: 128, learningRate: 1e-3, gamma: 0 },
      environment: toyEnvironment(everywhere, 8),
      totalSteps: 40_960,
    });
    const gate = createEnsemble({ kind: "gate", members, controller });
    const returns = {
      members: policies.map((policy) => returnOf(policy)),
      mean: returnOf(createEnsemble({ kind: "mean", members }).policy),
      vote: returnOf(createEnsemble({ kind: "vote", members }).policy),
      gate: returnOf(gate.policy),
    };
    const others = Math.max(...returns.members, returns.mean, returns.vote);
    expect(returns.gate, JSON.stringify(returns)).toBeGreaterThan(others + 5);
    for (const regime of [0, 1, 2]) {
      const observation = Float32Array.of(1, -0.5, 0, 0, 0);
      observation[2 + regime] = 1;
      const weights = gate.policy.weigh(observation);
      expect(weights.indexOf(Math.max(...weights)), `regime ${regime}: ${weights.join()}`).toBe(regime);
    }

    gate.save(join(folder, "gate"), {});
    const loaded = await loadPolicy(join(folder, "gate"));
    expect(returnOf(loaded)).toBe(returns.gate);

    // Where regimes last for long, validation before each period finds who is at home.
    const regimes = [0, 0, 2, 2, 1, 1];
    const periods = switchingPeriods({ from: 0, to: 600 }, { training: 50, validation: 50, trading: 100 });
    const choices = await switchMembers(periods, ({ trading }) =>
      policies.map((policy) => returnOf(policy, [regimes[trading.from / 100]!])),
    );
    expect(choices.map(({ active }) => active)).toEqual([0, 2, 2, 1, 1]);
  },
);
