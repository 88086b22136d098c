import { assert } from "../../base/index.ts";
import { type Bars, fromLots } from "../../domain/index.ts";
import type { Policy, SingleEnvironment, Space, VectorEnvironment } from "../../env/index.ts";
import { number } from "../format.ts";
import { EpisodeRecorder, type EpisodeRecording, type EpisodeTitle, type Scene } from "./recording.ts";

/** Who acts: a policy, or anything that writes an action for each row of observations. */
export type Actor = Pick<Policy, "decide" | "fresh">;

/** An episode of one of the environments that advance together. */
export interface VectorEpisode {
  readonly environment: VectorEnvironment;
  readonly actor: Actor;
  readonly title: EpisodeTitle;
  readonly seed: number;
  /** Which of the environments is watched; 0 unless given. */
  readonly index?: number;
  /** Recording stops after so many steps if the episode has not ended. */
  readonly maxSteps: number;
  /** Where the watched environment stands. */
  readonly scene: () => Scene;
  /** Where it stood when its episode ended in the step just done, for it has been reset since; without it the last step is left out. */
  readonly finalScene?: () => Scene;
}

/** Plays and records one episode of a vector environment, from a reset. */
export function recordEpisode({
  environment,
  actor,
  title,
  seed,
  index = 0,
  maxSteps,
  scene,
  finalScene,
}: VectorEpisode): EpisodeRecording {
  const { actionSpace, count, observations, rewards, terminated, truncated } = environment;
  const width = actionSpace.kind === "box" ? actionSpace.size : 1;
  assert(index >= 0 && index < count, `environment ${index} of ${count}`);
  const recorder = new EpisodeRecorder(title);
  const policy = actor.fresh?.() ?? actor;
  const actions = new Float32Array(count * width);
  environment.reset(seed);
  recorder.add(scene());
  for (let step = 0; step < maxSteps; step++) {
    policy.decide(observations, count, actions);
    recorder.act(actionText(actionSpace, actions.subarray(index * width, (index + 1) * width)));
    environment.step(actions);
    const ending = terminated[index] === 1 ? "terminated" : truncated[index] === 1 ? "truncated" : "running";
    if (ending === "running") {
      recorder.add(scene(), rewards[index]!);
      continue;
    }
    if (finalScene) recorder.add(finalScene(), rewards[index]!);
    recorder.end(ending);
    break;
  }
  return recorder.recording();
}

/** An episode over bars, of an environment that waits at its end. */
export interface BarEpisode {
  readonly environment: SingleEnvironment;
  readonly actor: Actor;
  /** The bars that the environment was made of: prices are their closes. */
  readonly bars: Bars;
  readonly name: string;
  readonly agent: string;
  readonly facts?: EpisodeTitle["facts"];
  readonly seed: number;
  readonly maxSteps?: number;
}

/** Plays and records one episode over bars, from a reset to its end. */
export function recordBarEpisode(episode: BarEpisode): EpisodeRecording {
  const { environment, actor, bars, name, agent, facts = {}, seed, maxSteps = Infinity } = episode;
  const { symbol, currency, tickSize } = bars.instrument;
  const priceDigits = Math.min(8, Math.max(0, Math.ceil(-Math.log10(tickSize) - 1e-9)));
  const recorder = new EpisodeRecorder({
    name,
    agent,
    instruments: [symbol],
    clock: "utc",
    priceUnit: currency,
    equityUnit: currency,
    positionUnit: symbol,
    priceDigits,
    facts: { ...facts, seed },
  });
  const policy = actor.fresh?.() ?? actor;
  const closes = new Map(Array.from(bars.closeTime, (time, row) => [time, bars.close[row]!]));
  const action = new Float32Array(1);
  const start = environment.reset({ seed });
  let observation = start.observation;
  const sceneOf = ({ timeMs, positionLots, equity }: typeof start.info): Scene => ({
    timeMs,
    prices: [closes.get(timeMs) ?? null],
    positions: [fromLots(bars.instrument, positionLots)],
    equity,
  });
  recorder.add(sceneOf(start.info));
  for (let step = 0; step < maxSteps; step++) {
    policy.decide(observation, 1, action);
    recorder.act(actionText(environment.actionSpace, action));
    const result = environment.step(action[0]!);
    recorder.add(sceneOf(result.info), result.reward);
    if (result.terminated || result.truncated) {
      recorder.end(result.terminated ? "terminated" : "truncated");
      break;
    }
    observation = result.observation;
  }
  return recorder.recording();
}

const mostNumbers = 6;

/** An action in words: a choice's label, or its numbers, of many the first. */
function actionText(space: Space, action: Float32Array): string {
  if (space.kind === "discrete") return space.labels?.[action[0]!] ?? `choice ${action[0]!}`;
  const shown = Array.from(action.subarray(0, mostNumbers), (value) => number(value, 2)).join(", ");
  return action.length > mostNumbers ? `${shown}, … (${action.length} numbers)` : shown;
}
