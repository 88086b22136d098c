import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock, Random } from "../../base/index.ts";
import type { Explanation, ExplainingPolicy, Policy, PolicyWithMemory, Space } from "../../env/index.ts";
import { combine } from "../ensemble.ts";
import { createEnsemble, type EnsembleSpec, loadPolicy, type Saveable, savedMember } from "../ensemble-folder.ts";
import { gatedEnvironment, trainGate } from "../gate.ts";
import { toyEnvironment } from "../testing/toy-environment.ts";
import { identityOfChoices, identityOfNumbers } from "../testing/toys.ts";
import { train, type TrainedAgent } from "../train.ts";
import gate, { controllerSchema } from "./gate.ts";
import { ensembles } from "./index.ts";
import mean from "./mean.ts";
import switching from "./switching.ts";
import vote from "./vote.ts";

const folder = mkdtempSync(join(tmpdir(), "ensembles-"));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = manualClock();
const choices: Space = { kind: "discrete", count: 3 };
const numbers: Space = { kind: "box", size: 2, low: -1, high: 1 };
const common = { observationSchema: "s", observationSize: 1 };

/** A policy that always thinks the same. */
function fixed(actionSpace: Space, explanation: Omit<Explanation, "action"> & { readonly action?: readonly number[] }): ExplainingPolicy {
  const { probabilities, mean: means } = explanation;
  const action = explanation.action ?? means ?? [probabilities!.indexOf(Math.max(...probabilities!))];
  return {
    ...common,
    actionSpace,
    decide: (_, count, out) => {
      for (let row = 0; row < count; row++) out.set(action, row * action.length);
    },
    explain: () => ({ action, ...explanation }),
  };
}

const likes = (...probabilities: number[]) => fixed(choices, { probabilities, value: probabilities[0]! });
const says = (means: number[], standardDeviation: number[], value = 0) => fixed(numbers, { mean: means, standardDeviation, value });

const decided = (policy: Policy, width = 1) => {
  const out = new Float32Array(width);
  policy.decide(Float32Array.of(0), 1, out);
  return [...out];
};
const near = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 6) as number);

describe("mean", () => {
  test("of probabilities, the values by the same shares", () => {
    const { explain } = combine(mean, [likes(0.6, 0.4, 0), likes(0.1, 0.2, 0.7), likes(0.5, 0.4, 0.1)], {});
    expect(explain(Float32Array.of(0))).toEqual({ action: [0], probabilities: near([0.4, 1 / 3, 0.8 / 3]), value: expect.closeTo(0.4, 6) });
  });

  test("of numbers, with the deviation of the mixture", () => {
    const policy = combine(mean, [says([0.2, -1], [0.1, 0], 4), says([0.6, 1], [0.3, 0], 8)], { shares: [3, 1] });
    expect(policy.explain(Float32Array.of(0))).toEqual({
      action: near([0.3, -0.5]),
      mean: near([0.3, -0.5]),
      // Within: 0.75 · 0.01 + 0.25 · 0.09, between: 0.75 · 0.1² + 0.25 · 0.3².
      standardDeviation: near([Math.sqrt(0.03 + 0.03), Math.sqrt(0.75 * 0.25 + 0.25 * 2.25)]),
      value: 5,
    });
    expect(policy.weigh(Float32Array.of(0))).toEqual([0.75, 0.25]);
  });

  test.each([[[1]], [[1, 2, 3]], [[0, 0]]])("shares %j do not fit two members", (shares) => {
    expect(() => combine(mean, [likes(1, 0, 0), likes(1, 0, 0)], { shares })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "params.shares" }) as Error,
    );
  });
});

describe("vote", () => {
  test("goes to the choice that most like best, however sure the others are", () => {
    const policy = combine(vote, [likes(0.4, 0.35, 0.25), likes(0.4, 0.3, 0.3), likes(0, 0, 1)], {});
    expect(decided(policy)).toEqual([0]);
    expect(policy.explain(Float32Array.of(0)).probabilities![0]).toBeCloseTo(2 / 3, 2);
    expect(decided(combine(mean, [...policy.members], {}))).toEqual([2]);
  });

  test("among equals the probabilities decide", () => {
    expect(decided(combine(vote, [likes(0.5, 0.3, 0.2), likes(0.1, 0.1, 0.8)], {}))).toEqual([2]);
    expect(decided(combine(vote, [likes(0.9, 0.1, 0), likes(0.2, 0.3, 0.5), likes(0.3, 0.4, 0.3)], {}))).toEqual([0]);
  });

  test("of numbers is the median", () => {
    const three = [says([0.1, -1], [0, 0]), says([0.2, 0], [0, 0]), says([0.9, 1], [0, 0])];
    expect(decided(combine(vote, three, {}), 2)).toEqual(near([0.2, 0]));
    expect(decided(combine(vote, three.slice(0, 2), {}), 2)).toEqual(near([0.15, -0.5]));
  });

  test("counts members that only decide, and then explains nothing", () => {
    const { explain: _, ...mute } = likes(0, 1, 0);
    const policy = combine(vote, [mute as Policy, mute as Policy, likes(1, 0, 0)], {});
    expect(decided(policy)).toEqual([1]);
    expect(policy).not.toHaveProperty("explain");
  });
});

describe("switching", () => {
  test("is the active member", () => {
    const members = [likes(1, 0, 0), likes(0.2, 0.7, 0.1)];
    const policy = combine(switching, members, { active: 1 });
    expect(policy.explain(Float32Array.of(0))).toEqual({
      action: [1],
      probabilities: near([0.2, 0.7, 0.1]),
      value: expect.closeTo(0.2, 6),
    });
    expect(policy.weigh(Float32Array.of(0))).toEqual([0, 1]);
    expect(decided(combine(switching, members, {}))).toEqual([0]);
  });

  test("a member that does not exist is refused", () => {
    expect(() => combine(switching, [likes(1, 0, 0)], { active: 1 })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "params.active" }) as Error,
    );
  });
});

describe("gate", () => {
  const controllerOf = (logits: (observation: number) => number[], schema = controllerSchema("s", 2)): Policy => ({
    observationSchema: schema,
    observationSize: 1,
    actionSpace: { kind: "box", size: 2, low: -5, high: 5 },
    decide: (observations, count, out) => {
      for (let row = 0; row < count; row++) out.set(logits(observations[row]!), row * 2);
    },
  });

  test("mixes by the softmax of the controller's numbers, row by row", () => {
    const policy = combine(
      gate,
      [says([1, 0], [0, 0]), says([0, 1], [0, 0])],
      {},
      controllerOf((shown) => [shown, 0]),
    );
    const out = new Float32Array(6);
    policy.decide(Float32Array.of(0, Math.log(3), -5), 3, out);
    expect([...out]).toEqual(near([0.5, 0.5, 0.75, 0.25, 1 / (1 + Math.exp(5)), 1 / (1 + Math.exp(-5))]));
    expect(policy.weigh(Float32Array.of(Math.log(3)))).toEqual(near([0.75, 0.25]));
  });

  test("a controller of other members is refused, and so is none, or one too many", () => {
    const members = [likes(1, 0, 0), likes(0, 1, 0), likes(0, 0, 1)];
    const failure = (code: string) => expect.objectContaining({ code, path: "controller" }) as Error;
    expect(() =>
      combine(
        gate,
        members,
        {},
        controllerOf(() => [0, 0]),
      ),
    ).toThrow(failure("model/schema-mismatch"));
    expect(() => combine(gate, members, {})).toThrow(failure("config/invalid"));
    expect(() =>
      combine(
        mean,
        members,
        {},
        controllerOf(() => [0, 0]),
      ),
    ).toThrow(failure("config/invalid"));
  });
});

test.each<[string, Policy[], string]>([
  ["nobody", [], "members"],
  ["members that see other things", [likes(1, 0, 0), { ...likes(1, 0, 0), observationSchema: "t" }], "members.1"],
  ["members of other sizes", [likes(1, 0, 0), likes(1, 0, 0), { ...likes(1, 0, 0), observationSize: 2 }], "members.2"],
  ["members that act otherwise", [likes(1, 0, 0), says([0, 0], [1, 1])], "members.1"],
  ["other bounds", [says([0, 0], [1, 1]), { ...says([0, 0], [1, 1]), actionSpace: { ...numbers, high: 2 } }], "members.1"],
])("an ensemble of %s is refused", (_, members, path) => {
  expect(() => combine(mean, members, {})).toThrow(
    expect.objectContaining({ code: path === "members" ? "config/invalid" : "model/schema-mismatch", path }) as Error,
  );
});

/** Counts the observations of each row since it was fresh, and prefers the choice of that number, or gives the number. */
function counter(actionSpace: Space): ExplainingPolicy & PolicyWithMemory {
  const seen = new Map<number, number>();
  const preferred = (row: number) => {
    const count = seen.get(row) ?? 0;
    return actionSpace.kind === "discrete" ? [0, 1, 2].map((choice) => Number(choice === count % 3)) : [count / 10, -count / 10];
  };
  const actionOf = (row: number) => (actionSpace.kind === "discrete" ? [(seen.get(row) ?? 0) % 3] : preferred(row));
  return {
    ...common,
    actionSpace,
    fresh: () => counter(actionSpace),
    forget: (row) => void seen.delete(row),
    decide(_, count, out) {
      for (let row = 0; row < count; row++) {
        out.set(actionOf(row), row * actionOf(row).length);
        seen.set(row, (seen.get(row) ?? 0) + 1);
      }
    },
    ...(actionSpace.kind === "discrete" && {
      preferences: (_: Float32Array, count: number, out: Float32Array) => {
        for (let row = 0; row < count; row++) out.set(preferred(row), row * 3);
      },
    }),
    explain: () =>
      actionSpace.kind === "discrete"
        ? { action: actionOf(0), probabilities: preferred(0), value: 0 }
        : { action: actionOf(0), mean: preferred(0), standardDeviation: [0, 0], value: 0 },
  };
}

describe.each([
  ["choices", choices],
  ["numbers", numbers],
])("members that remember, over %s", (_, space) => {
  const still = space.kind === "discrete" ? likes(0.4, 0.3, 0.3) : says([0, 0], [0, 0]);
  const width = space.kind === "discrete" ? 1 : 2;
  const play = (policy: Policy, rows = 2) => {
    const out = new Float32Array(rows * width);
    policy.decide(new Float32Array(rows), rows, out);
    return [...out];
  };
  const expected = (...counts: number[]) =>
    near(counts.flatMap((count) => (space.kind === "discrete" ? [count % 3] : [count / 20, -count / 20])));

  test("remember row by row, forget with the episode, and are not moved by being asked why", () => {
    const ensemble = combine(mean, [counter(space), still], {});
    const own = ensemble.fresh!() as ReturnType<typeof counter>;
    expect(play(own)).toEqual(expected(0, 0));
    expect(play(own)).toEqual(expected(1, 1));
    own.forget(1);
    expect(own.explain(Float32Array.of(0)).action).toEqual(expected(2));
    expect(own.explain(Float32Array.of(0)).action).toEqual(expected(2));
    expect(play(own)).toEqual(expected(2, 0));
    expect(play(ensemble.fresh!())).toEqual(expected(0, 0));
  });

  test("cannot be weighed in training, and a controller may not remember", () => {
    const environment = { ...toyEnvironment({ ...identityOfNumbers, actionSpace: space }, 1), observationSchema: "s" };
    expect(() => gatedEnvironment(toyEnvironment(identityOfNumbers, 1), [still])).toThrow(
      expect.objectContaining({ code: "model/schema-mismatch", path: "members" }) as Error,
    );
    expect(() => gatedEnvironment(environment, [counter(space), still])).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "members" }) as Error,
    );
    expect(() => combine(gate, [still], {}, counter(space))).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "controller" }) as Error,
    );
  });
});

test("an ensemble of members without memory has none", () => {
  expect(combine(mean, [likes(1, 0, 0)], {})).not.toHaveProperty("fresh");
});

const trained = (environment: ReturnType<typeof toyEnvironment>, seed: number) =>
  train({ algorithm: "ppo", params: { nSteps: 32, epochs: 2 }, environment, totalSteps: 256, seed, clock });

describe.each([
  ["choices", identityOfChoices(3)],
  ["numbers", identityOfNumbers],
] as const)("over %s", (kindOfAction, toy) => {
  const environment = () => toyEnvironment(toy, 2);
  let agents: TrainedAgent[];
  let controller: TrainedAgent;
  beforeAll(async () => {
    agents = [await trained(environment(), 1), await trained(environment(), 2), await trained(environment(), 3)];
    controller = await trainGate(
      agents.map(({ policy }) => policy),
      { algorithm: "ppo", params: { nSteps: 32, epochs: 2 }, environment: environment(), totalSteps: 256, seed: 4, clock },
    );
  });
  const specification = (kind: string, members: readonly Saveable[] = agents): EnsembleSpec => ({
    kind,
    members,
    ...(kind === "gate" && { controller }),
  });
  const { observationSize } = toy;
  const rows = 9;
  const random = new Random(5);
  const observations = Float32Array.from({ length: rows * observationSize }, () => random.normal());

  function decisions(policy: Policy): Float32Array {
    const out = new Float32Array(rows);
    policy.decide(observations, rows, out);
    return out;
  }

  describe.each(Object.keys(ensembles))("%s", (kind) => {
    test("its name is its file's", () => expect(ensembles[kind as keyof typeof ensembles].name).toBe(kind));

    test("decides for many as for each, and explains what it decides", () => {
      const { policy } = createEnsemble(specification(kind));
      const all = decisions(policy);
      const out = new Float32Array(1);
      for (let row = 0; row < rows; row++) {
        const observation = observations.subarray(row * observationSize, (row + 1) * observationSize);
        policy.decide(observation, 1, out);
        expect(out[0]).toBeCloseTo(all[row]!, 5);
        const { action, probabilities, standardDeviation } = policy.explain(observation);
        expect(action[0]).toBeCloseTo(all[row]!, 5);
        if (kindOfAction === "choices") expect(probabilities!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
        else expect(standardDeviation![0]).toBeGreaterThan(0);
        expect(policy.weigh(observation).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      }
    });

    test("of members that are alike decides as they do", () => {
      const { policy } = createEnsemble(specification(kind, [agents[0]!, agents[0]!, agents[0]!]));
      const alike = decisions(agents[0]!.policy);
      decisions(policy).forEach((value, row) => expect(value).toBeCloseTo(alike[row]!, 5));
    });

    test("is saved whole with its members, and loaded decides the same", async () => {
      const home = join(folder, `${kind}-${kindOfAction}`);
      const ensemble = createEnsemble(specification(kind));
      ensemble.save(home, { note: "mine" });
      const loaded = await loadPolicy(home);
      expect(decisions(loaded)).toEqual(decisions(ensemble.policy));
      expect(loaded.explain(observations.subarray(0, observationSize))).toEqual(
        ensemble.policy.explain(observations.subarray(0, observationSize)),
      );
      expect(loaded.manifest).toMatchObject({ note: "mine", policy: { algorithm: `ensemble-${kind}` }, ensemble: { kind, members: 3 } });
      const member = await loadPolicy(join(home, "member-1"));
      expect(decisions(member)).toEqual(decisions(agents[1]!.policy));
    });
  });

  test("an ensemble may be a member, and members may come from folders", async () => {
    agents[0]!.save(join(folder, `member-${kindOfAction}`), { trading: "kept" });
    const inner = createEnsemble(specification("mean"));
    const outer = createEnsemble({ kind: "mean", members: [inner, await savedMember(join(folder, `member-${kindOfAction}`))] });
    const home = join(folder, `nested-${kindOfAction}`);
    outer.save(home, {});
    expect(decisions(await loadPolicy(home))).toEqual(decisions(outer.policy));
    expect((await loadPolicy(join(home, "member-1"))).manifest).toMatchObject({ trading: "kept" });
  });

  test.each<[string, (home: string) => void, string]>([
    ["without a member", (home) => rmSync(join(home, "member-1"), { recursive: true }), "model/invalid"],
    [
      "with another's member",
      (home) => {
        cpSync(join(home, "member-0"), join(home, "member-1"), { recursive: true });
      },
      "model/invalid",
    ],
    ["with a damaged network", (home) => appendFileSync(join(home, "member-1", "policy.onnx"), "x"), "model/invalid"],
    [
      "of an unknown kind",
      (home) => {
        const path = join(home, "manifest.json");
        writeFileSync(path, readFileSync(path, "utf8").replace(`"kind": "mean"`, `"kind": "means"`));
      },
      "model/invalid",
    ],
  ])("one %s is refused", async (name, damage, code) => {
    const home = join(folder, `${name}-${kindOfAction}`);
    createEnsemble(specification("mean")).save(home, {});
    damage(home);
    await expect(loadPolicy(home)).rejects.toMatchObject({ code });
  });
});

test("a kind that does not exist is refused with those that do", () => {
  expect(() => createEnsemble({ kind: "means", members: [] })).toThrow(
    expect.objectContaining({ code: "config/invalid", hint: expect.stringContaining("vote") as string }) as Error,
  );
});
