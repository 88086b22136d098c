import type { Random } from "../../base/index.ts";

/** How rounds of `count` environments by `nSteps` steps are cut into minibatches of sequences. */
export interface SequenceSpec {
  readonly count: number;
  readonly nSteps: number;
  readonly batchSize: number;
  /** Longest sequence that gradients flow through; null for as long as a minibatch and a round allow. */
  readonly sequenceLength: number | null;
}

/** Minibatches of `sequences` × `steps` rows. */
export interface SequencePlan {
  readonly sequences: number;
  readonly steps: number;
  /** Rows of a whole pass: minibatch after minibatch, in it sequence after sequence, -1 where a sequence has ended. */
  arrange(random: Random): Int32Array;
}

/**
 * The minibatches of sb3-contrib: rounds environment by environment, rotated by a random number of rows, and cut into minibatches; a
 * sequence begins where a minibatch or an environment does. Where sb3-contrib also begins one at each episode's start, and pads all
 * to the longest of the minibatch, the shape here is always the same, because a compiled graph has but one: a sequence runs on over
 * the start of an episode, where the state is set to zero. Nothing flows through a zero, forwards or backwards, so the gradient is
 * that of two sequences.
 *
 * With a `sequenceLength`, which must divide the others, sequences also begin at its multiples, and none is padded.
 */
export function sequencePlan({ count, nSteps, batchSize, sequenceLength }: SequenceSpec): SequencePlan {
  const rows = count * nSteps;
  const size = Math.min(batchSize, rows);
  const steps = Math.min(sequenceLength ?? nSteps, size);
  const sequences = sequenceLength === null ? Math.floor(Math.max(0, size - 2) / nSteps) + 2 : Math.ceil(size / steps);
  const minibatches = Math.ceil(rows / size);
  const order = new Int32Array(minibatches * sequences * steps);
  return {
    sequences,
    steps,
    arrange(random) {
      const unit = sequenceLength ?? 1;
      const rotation = random.below(rows / unit) * unit;
      order.fill(-1);
      for (let minibatch = 0; minibatch < minibatches; minibatch++) {
        const end = Math.min(rows, (minibatch + 1) * size);
        let sequence = minibatch * sequences - 1;
        let length = 0;
        for (let turned = minibatch * size; turned < end; turned++) {
          const place = (turned + rotation) % rows;
          const step = place % nSteps;
          if (turned === minibatch * size || step === 0 || (sequenceLength !== null && step % sequenceLength === 0)) {
            sequence++;
            length = 0;
          }
          order[sequence * steps + length++] = step * count + Math.floor(place / nSteps);
        }
      }
      return order;
    },
  };
}
