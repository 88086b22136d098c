import { expect, test } from "vitest";
import { auditLearning } from "./audit-learning.ts";
import { defineExperiment } from "./experiment.ts";
import { tinyExperiment } from "./testing/tiny.ts";

test("told the next bar's return, the default experiment comes near the oracle on every seed; on random walks it claims nothing", async () => {
  const { steps, control, walks, required, data, oracleGrowth, passed } = await auditLearning({ experiment: defineExperiment({}) });
  expect({ steps, required, synthetic: data.synthetic }).toEqual({ steps: 60_000, required: 0.9, synthetic: true });
  expect(oracleGrowth).toBeGreaterThan(1);
  expect(control.map(({ seed }) => seed)).toEqual([1, 2, 3]);
  for (const { seed, share } of control) expect(share, `share of the oracle's profit, seed ${seed}`).toBeGreaterThanOrEqual(0.9);
  expect(walks).toMatchObject({ count: 20, allowed: 1 });
  expect(walks.claims).toBeLessThanOrEqual(1);
  expect(passed).toBe(true);
}, 300_000);

const quick = { steps: 4096, seeds: [1], walks: 1, walkSteps: 512 };

test("an agent that does not learn fails the positive control", async () => {
  const lazy = defineExperiment({ algorithm: { name: "ppo", params: { nSteps: 256, batchSize: 256, learningRate: 1e-12 } } });
  const { control, passed } = await auditLearning({ experiment: lazy, ...quick });
  expect(control[0]!.share).toBeLessThan(0.5);
  expect(passed).toBe(false);
});

test("too few steps fail it too", async () => {
  const { passed } = await auditLearning({ experiment: defineExperiment({}), ...quick, steps: 1 });
  expect(passed).toBe(false);
});

test("costs are charged to the oracle as well", async () => {
  const audit = async (feeBps: number) =>
    (await auditLearning({ experiment: tinyExperiment({ environment: { costs: { feeBps } } }), ...quick, steps: 1, walks: 0 }))
      .oracleGrowth;
  expect(await audit(20)).toBeLessThan(await audit(0));
});

test("says what it is at, and stops on the signal", async () => {
  const stop = new AbortController();
  const stages: [string, number][] = [];
  const onStage = (message: string, fraction: number) => {
    stages.push([message, fraction]);
    if (stages.length === 2) stop.abort(new Error("enough"));
  };
  await expect(auditLearning({ experiment: tinyExperiment(), ...quick, seeds: [1, 2, 3], signal: stop.signal, onStage })).rejects.toThrow(
    "enough",
  );
  expect(stages.map(([message]) => message)).toEqual([expect.stringContaining("seed 1"), expect.stringContaining("seed 2")]);
});
