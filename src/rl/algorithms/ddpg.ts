import { algorithm } from "../algorithm.ts";
import { startOffPolicy } from "../off-policy/learner.ts";
import { deterministicParams, deterministicPolicyGradient } from "./td3.ts";

/**
 * Deep deterministic policy gradient (Lillicrap et al., 2016): as Stable-Baselines3 has it, TD3 with one critic, no smoothing of the
 * target's action, and the policy moved at every update.
 */
export default algorithm({
  name: "ddpg",
  params: deterministicParams,
  start: (context, params) =>
    startOffPolicy(context, params, (method) =>
      deterministicPolicyGradient(method, { ...params, criticCount: 1, policyDelay: 1, targetNoise: 0, targetNoiseClip: 0 }),
    ),
});
