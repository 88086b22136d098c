import { filled, orthogonal, uniform } from "../initialisers.ts";
import type { Declaration, NetworkTensors } from "../parameters.ts";
import { constant, gemm, type Tensor, withGradient } from "../tensor.ts";
import {
  along,
  batchOf,
  beside,
  blocks,
  keepAtStarts,
  type RecurrentOptions,
  rowPerSequence,
  rowPerStep,
  type Unrolled,
} from "./recurrent.ts";

/**
 * Declares a gated recurrent unit: `name/input` [input, 3·hidden], `name/hidden` [hidden, 3·hidden], `name/bias` and
 * `name/hiddenBias` [1, 3·hidden], with the parts side by side in the order reset, update, candidate. Orthogonal weights and zero
 * biases, or else PyTorch's default, uniform within 1/√hidden.
 */
export function declareGru(name: string, inputSize: number, hiddenSize: number, orthogonalWeights = false): Record<string, Declaration> {
  const spread = uniform(1 / Math.sqrt(hiddenSize));
  const weight = orthogonalWeights ? orthogonal(1) : spread;
  const bias = orthogonalWeights ? filled(0) : spread;
  return {
    [`${name}/input`]: { shape: [inputSize, 3 * hiddenSize], initialise: weight },
    [`${name}/hidden`]: { shape: [hiddenSize, 3 * hiddenSize], initialise: weight },
    [`${name}/bias`]: { shape: [1, 3 * hiddenSize], initialise: bias },
    [`${name}/hiddenBias`]: { shape: [1, 3 * hiddenSize], initialise: bias },
  };
}

/**
 * Unrolls a declared gated recurrent unit (Cho et al., 2014; the reset gate acts after the product with the recurrent weights, as in
 * PyTorch) over rows [batch · steps, input], the steps of one sequence one after the other. `state` is the hidden state
 * [batch, hidden]. The derivative is written out as that of `lstm` is.
 */
export function gru(
  name: string,
  { tensors }: NetworkTensors,
  rows: Tensor,
  { steps, episodeStart, state }: RecurrentOptions<Tensor>,
): Unrolled {
  const weights = tensors[`${name}/hidden`]!;
  const bias = tensors[`${name}/hiddenBias`]!;
  const size = weights.shape[0]!;
  const batch = batchOf(rows, steps);
  const drive = rows.matmul(tensors[`${name}/input`]!, tensors[`${name}/bias`]!);
  const start = state ?? constant(0, [batch, size]);
  const keep = keepAtStarts(episodeStart, batch, steps);
  const done = forward(blocks(rowPerSequence(drive, steps), steps), weights, bias, start, keep, state === undefined);
  const value = along(done, "hidden");
  const result = withGradient(value, [drive, weights, bias, start], (g) => backward(done, weights, keep, g));
  return { rows: rowPerStep(result, steps), hidden: result.slice(1, (steps - 1) * size, steps * size) };
}

/** What a step of the forward pass leaves to the backward pass; [batch, hidden] unless told. */
interface Step {
  readonly hiddenBefore: Tensor;
  /** [batch, 2 · hidden]: reset and update gate. */
  readonly gates: Tensor;
  readonly update: Tensor;
  /** What the reset gate lets through to the candidate, before it does. */
  readonly recalled: Tensor;
  readonly candidate: Tensor;
  /** The state that came in, less the candidate. */
  readonly difference: Tensor;
  readonly hidden: Tensor;
}

function forward(
  drives: readonly Tensor[],
  weights: Tensor,
  bias: Tensor,
  start: Tensor,
  keep: Tensor | undefined,
  fromZero: boolean,
): Step[] {
  const size = weights.shape[0]!;
  const keeps = keep && blocks(keep, drives.length);
  const done: Step[] = [];
  let hidden = start;
  drives.forEach((drive, index) => {
    const isZero = fromZero && index === 0; // Then what comes in is left out, which also leaves the batch free.
    const hiddenBefore = keeps && !isZero ? hidden.mul(keeps[index]!) : hidden;
    const recall = isZero ? bias.expand(drive.shape) : gemm(hiddenBefore, weights, { addend: bias });
    const gates = recall
      .slice(1, 0, 2 * size)
      .add(drive.slice(1, 0, 2 * size))
      .sigmoid();
    const [reset, update] = blocks(gates, 2) as [Tensor, Tensor];
    const recalled = recall.slice(1, 2 * size, 3 * size);
    const candidate = drive
      .slice(1, 2 * size, 3 * size)
      .add(reset.mul(recalled))
      .tanh();
    const difference = hiddenBefore.sub(candidate);
    hidden = candidate.add(update.mul(difference));
    done.push({ hiddenBefore, gates, update, recalled, candidate, difference, hidden });
  });
  return done;
}

/** Backpropagation through time: the gradients of drive, recurrent weights, their bias and the starting state. */
function backward(done: readonly Step[], weights: Tensor, keep: Tensor | undefined, g: Tensor): Tensor[] {
  const steps = done.length;
  const keeps = keep && blocks(keep, steps);
  const { intoRecall, intoCandidate } = slopes(done);
  const factors = blocks(rowPerSequence(intoRecall, steps), steps);
  const given = blocks(g, steps);
  let flow: Tensor | undefined;
  const hiddens: Tensor[] = [];
  const recalls: Tensor[] = [];
  for (let index = steps - 1; index >= 0; index--) {
    const hidden = flow ? given[index]!.add(flow) : given[index]!;
    hiddens[index] = hidden;
    recalls[index] = beside([hidden, hidden, hidden]).mul(factors[index]!);
    const back = gemm(recalls[index]!, weights, { transposeB: true, addend: hidden.mul(done[index]!.update) });
    flow = keeps ? back.mul(keeps[index]!) : back;
  }
  const recallRows = rowPerStep(beside(recalls), steps);
  const hiddenRows = rowPerStep(beside(hiddens), steps);
  const size = weights.shape[0]!;
  const driveRows = beside([recallRows.slice(1, 0, 2 * size), hiddenRows.mul(intoCandidate)]);
  const before = rowPerStep(along(done, "hiddenBefore"), steps);
  return [driveRows, gemm(before, recallRows, { transposeA: true }), recallRows.sum(0), flow!];
}

/** By what a gradient of the hidden state is multiplied on its way into the sums of the recurrent part, and of the candidate: a row a step. */
function slopes(done: readonly Step[]): { intoRecall: Tensor; intoCandidate: Tensor } {
  const steps = done.length;
  const one = constant(1);
  const rows = (what: keyof Step) => rowPerStep(along(done, what), steps);
  const gates = rows("gates");
  const [reset, update] = blocks(gates, 2) as [Tensor, Tensor];
  const intoCandidate = one.sub(update).mul(one.sub(rows("candidate").square()));
  const factors = beside([intoCandidate.mul(rows("recalled")), rows("difference")]);
  const ofGates = gates.mul(one.sub(gates)).mul(factors);
  return { intoRecall: beside([ofGates, intoCandidate.mul(reset)]), intoCandidate };
}
