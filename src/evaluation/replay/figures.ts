import type { EpisodeRecording, Frame } from "./recording.ts";

/** A change of a position between two moments, drawn at the later one. */
export interface PositionChange {
  readonly frame: number;
  readonly instrument: number;
  readonly quantity: number;
}

/** What an episode comes to. */
export interface EpisodeFigures {
  readonly steps: number;
  readonly rewardSum: number;
  readonly equityChange: number;
  /** Deepest fall of equity below its highest value so far, in its unit; 0 or more. */
  readonly deepestFall: number;
  readonly changes: readonly PositionChange[];
}

/** Adds an episode up. */
export function figuresOf({ frames, instruments }: EpisodeRecording): EpisodeFigures {
  let peak = -Infinity;
  let deepestFall = 0;
  let rewardSum = 0;
  const changes: PositionChange[] = [];
  for (const [frame, { equity, reward, positions }] of frames.entries()) {
    peak = Math.max(peak, equity);
    deepestFall = Math.max(deepestFall, peak - equity);
    rewardSum += reward;
    if (frame === 0) continue;
    for (let instrument = 0; instrument < instruments.length; instrument++) {
      const quantity = positions[instrument]! - frames[frame - 1]!.positions[instrument]!;
      if (quantity !== 0) changes.push({ frame, instrument, quantity });
    }
  }
  return { steps: frames.length - 1, rewardSum, equityChange: frames.at(-1)!.equity - frames[0]!.equity, deepestFall, changes };
}

/** The instruments that were held most, by the largest value of their position at any moment; at most `most`, in their own order. */
export function leadingInstruments({ frames, instruments }: EpisodeRecording, most: number): number[] {
  const largest = instruments.map((_, index) => frames.reduce((value, frame) => Math.max(value, Math.abs(valueOf(frame, index))), 0));
  const byValue = [...largest.keys()].sort((left, right) => largest[right]! - largest[left]! || left - right);
  return byValue.slice(0, most).sort((left, right) => left - right);
}

const valueOf = ({ positions, prices }: Frame, index: number): number => positions[index]! * (prices[index] ?? 0);
