import type { Random } from "../base/index.ts";
import type { Agent } from "./agent.ts";

/** Buys at its first decision and keeps what it got: one trade, no rebalancing. */
export function buyAndHold(exposure = 1): Agent {
  let bought = false;
  return {
    update() {},
    decide() {
      if (bought) return null;
      bought = true;
      return exposure;
    },
  };
}

/** Never holds anything. */
export const flat = (): Agent => ({ update() {}, decide: () => 0 });

/**
 * Chooses another of `exposures` at random with probability `changeProbability` a bar, and keeps its position otherwise: trades as
 * often as an agent that it is compared with, without its knowledge. It starts flat.
 */
export function randomAgent({
  changeProbability,
  exposures = [0, 1],
  random,
}: {
  readonly changeProbability: number;
  readonly exposures?: readonly number[];
  readonly random: Random;
}): Agent {
  let current = 0;
  return {
    update() {},
    decide() {
      if (random.uniform() >= changeProbability) return null;
      const others = exposures.filter((exposure) => exposure !== current);
      current = others[random.below(others.length)] ?? current;
      return current;
    },
  };
}
