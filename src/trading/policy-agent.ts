import { UserError } from "../base/index.ts";
import { type Observer, type Policy, widthOf } from "../env/index.ts";
import type { Agent } from "./agent.ts";

/**
 * A trained policy as an agent: observe, decide, act, all three as in its training. It keeps still until every feature is ready.
 * A policy of another observation schema is `model/schema-mismatch`.
 */
export function policyAgent(observer: Observer, policy: Policy): Agent {
  if (policy.observationSchema !== observer.schema) {
    throw new UserError(
      "model/schema-mismatch",
      `the policy was trained on observation ${policy.observationSchema}, the environment gives ${observer.schema}`,
      {
        path: "observationSchema",
        hint: "Use the features, window and environment of the model's manifest, or train again.",
      },
    );
  }
  const observation = new Float32Array(observer.size);
  const action = new Float32Array(widthOf(policy.actionSpace));
  return {
    update: (bar) => observer.update(bar),
    decide(account) {
      if (!observer.ready) return null;
      observer.observe(account, observation);
      policy.decide(observation, 1, action);
      return observer.act(action, account);
    },
  };
}
