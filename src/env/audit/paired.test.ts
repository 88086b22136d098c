import fc from "fast-check";
import { expect, test } from "vitest";
import { actionChoices, actionFor, adversariesOf, type Standing, standingsOf } from "./adversaries.ts";
import { pairedT, rankCorrelation, signZ } from "./paired.ts";
import { Random } from "../../base/index.ts";
import type { Books } from "./subject.ts";
import { scriptedEnvironment } from "./testing/scripted-environment.ts";

const standing = (rewards: readonly number[], gain = 0): Standing => ({
  name: "",
  reward: rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length,
  gain,
  drawdown: 0,
  episodes: rewards.map((reward) => ({ reward, gain: 0, drawdown: 0 })),
});
const zeros = (count: number) => standing(new Array<number>(count).fill(0));

test("Student's t of paired differences is the textbook's", () => {
  // Differences 1, 2, 3, 4, 5: mean 3, deviation √2.5, so t = 3 ÷ √(2.5 / 5).
  expect(pairedT(standing([1, 2, 3, 4, 5]), zeros(5), "reward")).toBeCloseTo(3 / Math.sqrt(0.5), 12);
  expect(pairedT(standing([2, 2, 2]), zeros(3), "reward")).toBe(Infinity);
  expect(pairedT(zeros(3), standing([2, 2, 2]), "reward")).toBe(-Infinity);
  expect(pairedT(zeros(3), zeros(3), "reward")).toBe(0);
});

test("the sign test counts who has more how often, and one huge episode is one", () => {
  expect(signZ(standing([1, -2, 3, 4, 5]), zeros(5), "reward")).toBeCloseTo(3 / Math.sqrt(5), 12);
  expect(signZ(standing([1, -2e9, 3, 4, 0]), zeros(5), "reward")).toBeCloseTo(2 / Math.sqrt(4), 12);
  expect(signZ(zeros(4), zeros(4), "reward")).toBe(0);
});

test("differences within the rounding of float32 are none", () => {
  expect(pairedT(standing([1, 1, 1]), standing([1 + 1e-8, 1 + 2e-8, 1]), "reward")).toBe(0);
  expect(signZ(standing([1, 1, 1]), standing([1 + 1e-8, 1 + 2e-8, 1]), "reward")).toBe(0);
});

test("Spearman's correlation is 1 for any rising relation and −1 for any falling one", () => {
  const values = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(values, (gains) => {
      const rising = gains.map((gain) => standing([gain ** 3 + gain], gain));
      const falling = gains.map((gain) => standing([-Math.atan(gain / 1000)], gain));
      expect(rankCorrelation(rising, "reward", "gain")).toBeCloseTo(1, 12);
      expect(rankCorrelation(falling, "reward", "gain")).toBeCloseTo(-1, 12);
    }),
    { seed: 1 },
  );
  expect(rankCorrelation([standing([1], 5), standing([1], 6)], "reward", "gain")).toBeNaN();
});

test("actions to try are named by their labels, by their numbers, or as the ends of a box", () => {
  const choices = (space: Parameters<typeof actionChoices>[1]) => Object.fromEntries(actionChoices({}, space));
  expect(choices({ kind: "discrete", count: 2, labels: ["flat", "long"] })).toEqual({ flat: [0], long: [1] });
  expect(choices({ kind: "discrete", count: 16 })).toEqual(
    Object.fromEntries([0, 2, 4, 6, 8, 10, 12, 14].map((action) => [`action ${action}`, [action]])),
  );
  expect(choices({ kind: "box", size: 1, low: 0, high: Infinity })).toEqual({ "all low": [0], "all 0": [0], "all high": [1] });
  expect(choices({ kind: "box", size: 2, low: -1, high: 1 })).toMatchObject({
    "all low": [-1, -1],
    "number 1 high": [-1, 1],
    "number 1 alone": [0, 1],
  });
  expect(actionChoices({ actions: { wait: [3] } }, { kind: "discrete", count: 9 })).toEqual(new Map([["wait", [3]]]));
});

test("an exposure is found by its label, or is the number itself", () => {
  const labelled = (labels: string[]) => ({ kind: "discrete", count: labels.length, labels }) as const;
  expect([-1, 0, 1].map((exposure) => actionFor(labelled(["short", "flat", "long"]), exposure))).toEqual([0, 1, 2]);
  expect([-1, 0, 1].map((exposure) => actionFor(labelled(["hold", "buy", "sell"]), exposure))).toEqual([2, 0, 1]);
  expect([-1, 0, 1].map((exposure) => actionFor(labelled(["flat", "long"]), exposure))).toEqual([0, 0, 1]);
  expect([-1, 0, 1].map((exposure) => actionFor({ kind: "box", size: 1, low: 0, high: 1 }, exposure))).toEqual([0, 0, 1]);
});

test("policies play the same episodes; what one of them has not finished is left out for all", () => {
  const subject = { name: "", make: () => scriptedEnvironment(3), grants: [] };
  const players = adversariesOf(subject, scriptedEnvironment(1).actionSpace, new Random(1));
  expect([...players.keys()]).toEqual(["always action 0", "always action 1", "churn", "churn every 5 steps", "random"]);
  const seen: number[][] = [];
  const make = () => {
    const environment = scriptedEnvironment(3);
    const { step, reset } = environment;
    let steps = 0;
    return Object.assign(environment, {
      reset(seed: number) {
        reset(seed);
        steps = 0;
      },
      step(actions: Float32Array) {
        step(actions);
        steps++;
        seen.push([...actions]);
        environment.rewards.fill(actions[0]!);
        // The third one never ends when it is given action 1.
        for (let index = 0; index < 3; index++) environment.truncated[index] = steps === 4 && (index < 2 || actions[0] === 0) ? 1 : 0;
      },
    });
  };
  const books: Books = {
    ledger: () => ({ initialCash: 100, cash: 100, equity: 100, positions: [], marks: [], charges: 0 }),
    finalEquity: (_environment, index) => 90 + index * 30,
  };
  const [zero, one, churn] = standingsOf(make(), { books, seed: 1, maxSteps: 10 }, players);
  expect([zero!.episodes.length, one!.episodes.length]).toEqual([2, 2]);
  expect(one).toMatchObject({ name: "always action 1", reward: 4, gain: (-0.1 + 0.2) / 2, drawdown: 0.05 });
  expect(churn).toMatchObject({ reward: 2 });
  const [measured] = standingsOf(make(), { books, episodeGain: (_environment, index) => 7 + index, seed: 1, maxSteps: 10 }, players);
  expect(measured!.gain).toBe(7.5);
  expect(seen.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => [0, 0, 0]));
});
