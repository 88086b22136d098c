import { expect, test } from "vitest";
import { bestAmong, type Judged } from "./experiment-choice.ts";

/** Entrants by candidate with the Sharpe ratios of their seeds; null where it is not defined. */
const judged = (ratios: Readonly<Record<string, readonly (number | null)[]>>): Judged[] =>
  Object.entries(ratios).flatMap(([name, seeds]) =>
    seeds.map((sharpe, seed) => ({ candidate: { name }, seed, validation: { metrics: { sharpe } } }) as unknown as Judged),
  );

const choiceOf = (ratios: Parameters<typeof judged>[0]) => {
  const { chosen, seeds } = bestAmong(judged(ratios));
  return [chosen.candidate.name, chosen.seed, seeds.length];
};

test.each<[Parameters<typeof judged>[0], [string, number, number]]>([
  [{ lucky: [3, 0, 0], steady: [1, 0.9, 0.8] }, ["steady", 0, 3]],
  [{ a: [0.2, 0.4], b: [0.5, 0.3] }, ["b", 0, 2]],
  [{ a: [1, 2], b: [2, 1] }, ["a", 1, 2]],
  [{ a: [1, 1], b: [1, 1] }, ["a", 0, 2]],
  [{ a: [-1, -2], b: [null, null] }, ["b", 0, 2]],
  [{ only: [null] }, ["only", 0, 1]],
])("%j: the best median, then the best seed, of equals the first", (ratios, expected) => expect(choiceOf(ratios)).toEqual(expected));

test("without validation the first is taken", () => {
  const entrants = judged({ a: [1, 2] }).map((entrant) => ({ ...entrant, validation: null }));
  expect(bestAmong(entrants).chosen.seed).toBe(0);
});
