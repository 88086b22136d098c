import { assert } from "../../base/index.ts";
import type { Depth } from "../../env/index.ts";

/** Where an environment stands at a moment. `prices` and `positions` have one number for each instrument; `null` is a price that is not known. */
export interface Scene {
  readonly timeMs: number;
  readonly prices: readonly (number | null)[];
  readonly positions: readonly number[];
  readonly equity: number;
  readonly depth?: Depth;
}

/** A moment of an episode: where things stood, the reward of the step that led there (0 at the start), and what was then done. */
export interface Frame extends Scene {
  readonly reward: number;
  /** In words; empty where the episode had ended. */
  readonly action: string;
}

/** What an episode is called, and what its numbers are in. */
export interface EpisodeTitle {
  readonly name: string;
  /** Who acted, such as the name of a policy. */
  readonly agent: string;
  readonly instruments: readonly string[];
  /** `utc`: times are ms since the epoch. `session`: ms since the start of the session. */
  readonly clock: "utc" | "session";
  /** The currency of prices and equity such as USD, or what stands for one, such as ticks. */
  readonly priceUnit: string;
  readonly equityUnit: string;
  readonly positionUnit: string;
  /** Decimals of a price. */
  readonly priceDigits: number;
  /** What else a reader wants to know, by name, such as the seed. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** How an episode came to an end; `running` where recording stopped before it did. */
export type Ending = "terminated" | "truncated" | "running";

/** An episode, moment by moment: all that its pictures are drawn from. It is plain JSON. */
export interface EpisodeRecording extends EpisodeTitle {
  readonly frames: readonly Frame[];
  readonly ending: Ending;
}

/** Gathers the moments of an episode, whatever it is an episode of. */
export class EpisodeRecorder {
  private readonly title: EpisodeTitle;
  private readonly frames: Frame[] = [];
  private ending: Ending = "running";

  constructor(title: EpisodeTitle) {
    this.title = title;
  }

  /** Adds where things stand, with the reward of the step that led there. */
  add(scene: Scene, reward = 0): void {
    assert(this.ending === "running", "an ended episode is not recorded further");
    const { length } = this.title.instruments;
    assert(scene.prices.length === length && scene.positions.length === length, `a price and a position for each of ${length} instruments`);
    assert(this.frames.length === 0 || scene.timeMs >= this.frames.at(-1)!.timeMs, "an episode's time does not go back");
    this.frames.push({ ...scene, reward, action: "" });
  }

  /** Says what is done at the newest moment. */
  act(action: string): void {
    const last = this.frames.at(-1);
    assert(last, "an action is taken after something was seen");
    this.frames[this.frames.length - 1] = { ...last, action };
  }

  /** Says how it ended. */
  end(ending: Ending): void {
    this.ending = ending;
  }

  /** What there is so far. */
  recording(): EpisodeRecording {
    assert(this.frames.length > 0, "nothing was recorded");
    return { ...this.title, frames: [...this.frames], ending: this.ending };
  }
}
