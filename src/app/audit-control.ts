import { type Clock, Random } from "../base/index.ts";
import {
  adversariesOf,
  type AuditSubject,
  type CheckResult,
  controlEnvironments,
  controlSteps,
  pairedT,
  type Player,
  type Policy,
  standingsOf,
  widthOf,
} from "../env/index.ts";
import { train } from "../rl/index.ts";

const surely = 2;
const environments = 8;
const untouchedSeed = 1_000_003;

/** Trains PPO on the market in which something can be learnt, and lets it play there against policies that look at nothing. */
export async function learnControl(
  subject: AuditSubject,
  { steps, seed, clock, signal }: { readonly steps: number; readonly seed: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const { books, control } = subject;
  const told = {
    check: "learning",
    promise: "where there is something to be learnt, a short run of PPO gains more than all who look at nothing",
    rounds: 1,
    notes: [],
  };
  if (!books || !control) {
    const message = `the subject has no ${control ? "books" : "control"}`;
    return { ...told, rounds: 0, verdict: "unchecked", message, examined: 0, seed: null, standings: [] };
  }
  const { policy } = await train({
    algorithm: "ppo",
    params: { nSteps: 256, batchSize: 256, entropyCoef: 0.005 },
    environment: control.make({ count: environments, seed }),
    totalSteps: steps,
    seed,
    clock,
    signal,
  });
  signal.throwIfAborted();
  const unseen = seed + untouchedSeed;
  const judged = control.make({ count: controlEnvironments, seed: unseen });
  const adversaries = adversariesOf(subject, judged.actionSpace, new Random(seed));
  const played = { ...subject, books, seed: unseen, maxSteps: controlSteps };
  const standings = standingsOf(judged, played, new Map([["PPO", playerOf(policy)], ...adversaries]));
  const [learnt, ...others] = standings;
  const stronger = others.find((other) => !(pairedT(learnt!, other, "gain") > surely));
  return {
    ...told,
    verdict: stronger ? "failed" : "passed",
    message: stronger ? `after ${steps} steps PPO gains no more than "${stronger.name}"` : null,
    examined: standings.length * learnt!.episodes.length,
    seed: stronger ? seed : null,
    standings: standings.map(({ episodes: _episodes, ...standing }) => standing),
  };
}

/** A policy as a player: the likeliest action, with a memory of its own where it has one. */
function playerOf(policy: Policy): Player {
  const own = policy.fresh?.() ?? policy;
  return (environment, _step, actions) => {
    const choices = actions.subarray(0, environment.count * widthOf(environment.actionSpace));
    own.decide(environment.observations, environment.count, choices);
  };
}
