type Numbers = Float32Array | Float64Array;

/** One rollout as columns, time-major: row t · count + e is step t of environment e. */
export interface AdvantageInput {
  /** Environments side by side. */
  readonly count: number;
  readonly rewards: Numbers;
  /** Value of each observation acted on, followed by those of the `count` observations after the last step. */
  readonly values: Numbers;
  /** Value of the final observation where an episode was truncated; not read elsewhere. */
  readonly finalValues: Numbers;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/** Discount and trace decay of an estimate. */
export interface AdvantageParams {
  readonly gamma: number;
  readonly gaeLambda: number;
}

/**
 * Generalised advantage estimation (Schulman et al., 2016) into `advantages`, and advantage + value into `valueTargets`.
 * Termination is worth 0 from there on, truncation the value of the final observation; neither lets anything through from the
 * next episode.
 */
export function generalisedAdvantage(
  { count, rewards, values, finalValues, terminated, truncated }: AdvantageInput,
  { gamma, gaeLambda }: AdvantageParams,
  advantages: Numbers,
  valueTargets: Numbers,
): void {
  const carried = new Float64Array(count);
  for (let row = rewards.length - count; row >= 0; row -= count) {
    for (let index = 0; index < count; index++) {
      const at = row + index;
      const terminal = terminated[at] === 1;
      const ended = terminal || truncated[at] === 1;
      const next = terminal ? 0 : ended ? finalValues[at]! : values[at + count]!;
      const delta = rewards[at]! + gamma * next - values[at]!;
      const advantage = ended ? delta : delta + gamma * gaeLambda * carried[index]!;
      carried[index] = advantage;
      advantages[at] = advantage;
      valueTargets[at] = advantage + values[at]!;
    }
  }
}
