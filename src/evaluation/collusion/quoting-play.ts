import { assert } from "../../base/index.ts";
import { createSharedBook, type Policy, type SharedBook, type SharedBookEnvironment, widthOf } from "../../env/index.ts";

/** What agents quoted and earned, step by step: [steps × agents]. */
export interface QuotingTrace {
  readonly agents: number;
  readonly steps: number;
  /** In ticks. */
  readonly halfSpreads: Float64Array;
  /** In ticks × lots. */
  readonly rewards: Float64Array;
}

/** A choice that an agent is made to take in place of his own. */
export interface ForcedChoice {
  readonly seat: number;
  /** The first step at which he is made to, and for how many. */
  readonly from: number;
  readonly steps: number;
  /** Index into the half-spreads that can be chosen. */
  readonly choice: number;
}

/** Lets a policy for each seat quote for so many steps, from a reset. Equal seeds give equal takers, whatever is quoted. */
export function playQuoting(
  params: SharedBook,
  policies: readonly Policy[],
  { seed, steps, forced }: { readonly seed: number; readonly steps: number; readonly forced?: ForcedChoice },
): QuotingTrace {
  const environment: SharedBookEnvironment = createSharedBook(params, { seed });
  const { agents, observations, actionSpace, rewards } = environment;
  const count = agents.length;
  assert(policies.length === count, `${policies.length} policies for ${count} agents`);
  const size = observations.length / count;
  const width = widthOf(actionSpace);
  const actions = new Float32Array(count * width);
  const players: readonly (Policy & { forget?(row: number): void })[] = policies.map((policy) => policy.fresh?.() ?? policy);
  const trace = { agents: count, steps, halfSpreads: new Float64Array(steps * count), rewards: new Float64Array(steps * count) };
  for (let step = 0; step < steps; step++) {
    for (const [seat, player] of players.entries()) {
      player.decide(observations.subarray(seat * size, (seat + 1) * size), 1, actions.subarray(seat * width, (seat + 1) * width));
    }
    if (forced && step >= forced.from && step < forced.from + forced.steps) actions[forced.seat] = forced.choice;
    environment.step(actions);
    const isNew = environment.truncated[0] === 1 || environment.terminated.includes(1);
    for (let seat = 0; seat < count; seat++) {
      trace.halfSpreads[step * count + seat] = params.halfSpreads[actions[seat]!]!;
      trace.rewards[step * count + seat] = rewards[seat]!;
      if (isNew) players[seat]!.forget?.(0);
    }
  }
  return trace;
}
