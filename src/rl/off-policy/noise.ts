import { z } from "zod";
import { assert, type Random } from "../../base/index.ts";

/** Parameters of the noise that is added to actions, which lie in [-1, 1], while learning. */
export const noiseParams = {
  actionNoise: z.enum(["none", "normal", "ornstein-uhlenbeck"]).default("none").describe("What is added to actions to explore"),
  actionNoiseStd: z.number().nonnegative().default(0.1).describe("Its standard deviation, in half widths of the action's range"),
};

const [reversion, interval] = [0.15, 1e-2];

/** Noise for the actions of several environments, [count × action width]. */
export interface ActionNoise {
  /** Adds the next draw. */
  addTo(actions: Float32Array): void;
  /** An environment's episode has ended. */
  reset(environment: number): void;
  /** What is kept from step to step. */
  readonly state: Float32Array;
}

/** Independent normal draws, or an Ornstein–Uhlenbeck process (θ 0.15, dt 0.01) that starts at 0 with each episode. */
export function actionNoise(
  { actionNoise: kind, actionNoiseStd: deviation }: z.output<z.ZodObject<typeof noiseParams>>,
  count: number,
  size: number,
  random: Random,
): ActionNoise | undefined {
  assert(size % count === 0, "noise: environments have actions of one width");
  if (kind === "none") return undefined;
  const state = new Float32Array(kind === "normal" ? 0 : size);
  const width = state.length / count;
  return {
    state,
    reset: (environment) => void state.fill(0, environment * width, (environment + 1) * width),
    addTo(actions) {
      if (kind === "normal") for (let at = 0; at < size; at++) actions[at]! += deviation * random.normal();
      for (let at = 0; at < state.length; at++) {
        state[at]! += -reversion * state[at]! * interval + deviation * Math.sqrt(interval) * random.normal();
        actions[at]! += state[at]!;
      }
    },
  };
}
