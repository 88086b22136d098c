import { type ExplainingPolicy, type Policy, type PolicyWithMemory, type Space, widthOf } from "../../env/index.ts";
import type { ExplainedFunction, ExplainedOutput } from "./explained-function.ts";

/**
 * A policy as the function that is explained. Over choices it gives their probabilities, all on one where the policy only decides; over
 * numbers the action; and the value where the policy has one. A policy that remembers is asked as at the start of an episode.
 * `inputs` names the numbers of its observations.
 */
export function policyFunction(given: Policy | ExplainingPolicy, inputs: readonly string[]): ExplainedFunction {
  const remembering = given.fresh?.();
  const policy: Policy & Partial<ExplainingPolicy & PolicyWithMemory> = remembering ?? given;
  const actions = actionOutputs(policy.actionSpace);
  const hasValue = policy.explain !== undefined;
  const outputs: readonly ExplainedOutput[] = [...actions, ...(hasValue ? [{ name: "value", kind: "value" } as const] : [])];
  const width = outputs.length;
  return {
    inputs,
    outputs,
    decide(observations, count) {
      for (let row = 0; remembering && row < count; row++) remembering.forget(row);
      const answers = new Float32Array(count * width);
      if (hasValue) valuesOf(policy, observations, count).forEach((value, row) => (answers[row * width + width - 1] = value));
      const preferred = preferencesOf(policy, observations, count, actions.length);
      for (let row = 0; row < count; row++)
        for (let at = 0; at < actions.length; at++) answers[row * width + at] = preferred[row * actions.length + at]!;
      return answers;
    },
  };
}

function actionOutputs(space: Space): ExplainedOutput[] {
  if (space.kind === "box")
    return Array.from({ length: space.size }, (_, at) => ({ name: space.size === 1 ? "action" : `action ${at + 1}`, kind: "action" }));
  return Array.from({ length: space.count }, (_, at) => ({ name: space.labels?.[at] ?? `choice ${at}`, kind: "probability" }));
}

function preferencesOf(policy: Policy & Partial<ExplainingPolicy>, observations: Float32Array, count: number, width: number): Float32Array {
  const out = new Float32Array(count * width);
  if (policy.actionSpace.kind === "box") policy.decide(observations, count, out);
  else if (policy.preferences) policy.preferences(observations, count, out);
  else {
    const choices = new Float32Array(count * widthOf(policy.actionSpace));
    policy.decide(observations, count, choices);
    choices.forEach((choice, row) => (out[row * width + choice] = 1));
  }
  return out;
}

/** Asked for before anything that is remembered. */
function valuesOf(policy: Policy & Partial<ExplainingPolicy>, observations: Float32Array, count: number): Float32Array {
  const out = new Float32Array(count);
  if (policy.values) policy.values(observations, count, out);
  else {
    const size = policy.observationSize;
    for (let row = 0; row < count; row++) out[row] = policy.explain!(observations.subarray(row * size, (row + 1) * size)).value;
  }
  return out;
}
