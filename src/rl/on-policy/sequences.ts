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

/** Minibatches of sequences that lie one behind the other, `rows` in each. */
export interface CompactPlan {
  /** Most of them in a minibatch. */
  readonly sequences: number;
  readonly rows: number;
  /** Rows of a whole pass, minibatch after minibatch, -1 behind the end of the last. */
  arrange(random: Random): Int32Array;
  /** Whether a sequence begins with a row, wherever it stands; one does with the first row of every minibatch. */
  begins(row: number): boolean;
}

/** The same minibatches without padding. */
export function compactPlan(spec: SequenceSpec): CompactPlan {
  const { count, nSteps, batchSize, sequenceLength } = spec;
  const { sequences, arrange } = sequencePlan(spec);
  const rows = Math.min(batchSize, count * nSteps);
  const order = new Int32Array(Math.ceil((count * nSteps) / rows) * rows);
  return {
    sequences,
    rows,
    arrange(random) {
      let to = 0;
      for (const row of arrange(random)) if (row >= 0) order[to++] = row;
      return order.fill(-1, to);
    },
    begins: (row) => Math.floor(row / count) % (sequenceLength ?? nSteps) === 0,
  };
}
