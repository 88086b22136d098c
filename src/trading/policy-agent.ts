import { UserError } from "../base/index.ts";
import type { Account } from "../domain/index.ts";
import { type Observer, type Policy, widthOf } from "../env/index.ts";
import type { Agent, KnownStretch } from "./agent.ts";
import { policyAhead } from "./policy-ahead.ts";

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
  const own = policy.fresh?.() ?? policy; // A session is one episode, whatever else the policy is asked.
  const observation = new Float32Array(observer.size);
  const action = new Float32Array(widthOf(policy.actionSpace));
  /** Observes and lets the policy choose; false before every feature is ready. */
  function choose(account: Account): boolean {
    if (!observer.ready) return false;
    observer.observe(account, observation);
    own.decide(observation, 1, action);
    return true;
  }

  return {
    update: (bar) => observer.update(bar),
    decide: (account) => (choose(account) ? observer.act(action, account) : null),
    // What one decides that remembers does not follow from an observation alone.
    ...(policy.fresh ? { recall: choose } : { over: (stretch: KnownStretch) => policyAhead(observer, policy, stretch) }),
  };
}
