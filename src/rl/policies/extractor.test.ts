import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { input } from "../../graph/index.ts";
import { encodePolicy, openPolicy, policyNetwork } from "../network-policy.ts";
import { actorCritic } from "./actor-critic.ts";
import { type ExtractorSpec, extractor, extractorSpec } from "./extractor.ts";

const actionSpace: Space = { kind: "discrete", count: 3 };
const kinds: Record<string, unknown>[] = [
  { kind: "cnn-lstm", channels: [4, 3], kernel: 2, hiddenSize: 5 },
  { kind: "lstm", hiddenSize: 5 },
  { kind: "gru", hiddenSize: 5 },
  { kind: "attention", width: 6, heads: 2 },
];
const specOf = (given: Record<string, unknown>): ExtractorSpec => extractorSpec.parse({ window: 4, ...given });

describe.each(kinds)("$kind", (given) => {
  test.each([false, true])(
    "a policy with it decides on any number of rows as the float64 reference does; shared by actor and critic: %s",
    (sharedBody) => {
      const random = new Random(3);
      const [rows, observationSize] = [7, 4 * 3 + 2];
      const network = actorCritic(
        { observationSize, actionSpace, hidden: [8], extractor: specOf({ ...given, trailing: 2 }), sharedBody },
        random,
      );
      const observation = Float32Array.from({ length: rows * observationSize }, () => random.normal());
      const fed = input("observation", [rows, observationSize]);
      const [logits, values] = interpret([network.actor(fed).head, network.critic(fed)], { observation });
      const model = encodePolicy(policyNetwork(network, observationSize, actionSpace, undefined), "test");
      const policy = openPolicy(model, { observationSchema: "s", observationSize, actionSpace });
      const probabilities = new Float32Array(rows * 3);
      policy.preferences!(observation, rows, probabilities);
      for (let row = 0; row < rows; row++) {
        const shares = [...logits!.subarray(3 * row, 3 * row + 3)].map(Math.exp);
        const total = shares.reduce((sum, share) => sum + share, 0);
        shares.forEach((share, choice) => expect(probabilities[3 * row + choice]).toBeCloseTo(share / total, 5));
        const { value } = policy.explain(observation.subarray(row * observationSize, (row + 1) * observationSize));
        expect(value).toBeCloseTo(values![row]!, 5);
      }
    },
  );

  test("what stands behind the window is passed on as it is", () => {
    const { outputSize, declare, apply } = extractor(specOf(given), 4 * 3 + 1);
    const network = actorCritic({ observationSize: 13, actionSpace, hidden: [2], extractor: specOf(given) }, new Random(1));
    expect(Object.keys(network.parameters.tensors)).toEqual(expect.arrayContaining(Object.keys(declare("critic/extractor"))));
    const observation = Float32Array.from({ length: 26 }, (_, at) => at / 7);
    const [features] = interpret([apply("critic/extractor", network.parameters, input("observation", [2, 13]))], { observation });
    expect(features).toHaveLength(2 * outputSize);
    expect([features![outputSize - 1], features![2 * outputSize - 1]]).toEqual([observation[12], observation[25]]);
  });
});

test.each<[Record<string, unknown>, number, string]>([
  [{ kind: "lstm", trailing: 1 }, 12, "window"],
  [{ kind: "lstm", trailing: 12 }, 12, "window"],
  [{ kind: "cnn-lstm", kernel: 5 }, 12, "kernel"],
  [{ kind: "attention", width: 10, heads: 4 }, 12, "heads"],
])("%j over %i numbers is refused", (given, observationSize, field) => {
  expect(() => extractor(specOf(given), observationSize)).toThrow(
    expect.objectContaining({ code: "config/invalid", path: `params.extractor.${field}` }) as Error,
  );
});
