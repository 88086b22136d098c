import { filled, orthogonal, uniform } from "../initialisers.ts";
import { lstmBackwardKernel, lstmForwardKernel, recordBlocks } from "../kernels/lstm-kernels.ts";
import type { Declaration, NetworkTensors } from "../parameters.ts";
import { applyKernel, concat, constant, gatherRows, gemm, type Tensor, withGradient } from "../tensor.ts";
import {
  along,
  batchOf,
  beside,
  blocks,
  keepAtStarts,
  product,
  type RecurrentOptions,
  rowPerSequence,
  rowPerStep,
  type Unrolled,
} from "./recurrent.ts";

/**
 * Declares a long short-term memory: `name/input` [input, 4·hidden], `name/hidden` [hidden, 4·hidden], `name/bias` and
 * `name/hiddenBias` [1, 4·hidden], with the gates side by side in the order input, forget, output, candidate. Orthogonal weights and
 * zero biases, or else PyTorch's default, uniform within 1/√hidden. That the second bias only adds to the first is no reason to leave
 * it out: Adam moves each as far as one alone.
 */
export function declareLstm(name: string, inputSize: number, hiddenSize: number, orthogonalWeights = false): Record<string, Declaration> {
  const spread = uniform(1 / Math.sqrt(hiddenSize));
  const weight = orthogonalWeights ? orthogonal(1) : spread;
  const bias = orthogonalWeights ? filled(0) : spread;
  return {
    [`${name}/input`]: { shape: [inputSize, 4 * hiddenSize], initialise: weight },
    [`${name}/hidden`]: { shape: [hiddenSize, 4 * hiddenSize], initialise: weight },
    [`${name}/bias`]: { shape: [1, 4 * hiddenSize], initialise: bias },
    [`${name}/hiddenBias`]: { shape: [1, 4 * hiddenSize], initialise: bias },
  };
}

/** The state of a long short-term memory, each [batch, hidden]. */
export interface LstmState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

/** What a long short-term memory gives; hidden state and cell are those after the last step. */
export interface UnrolledLstm extends Unrolled, LstmState {}

/**
 * Unrolls a declared long short-term memory (Hochreiter & Schmidhuber, 1997, with the forget gates of Gers et al., 2000) over rows
 * [batch · steps, input], the steps of one sequence one after the other.
 *
 * Inputs meet their weights once for all steps. The derivative is written out: all that it takes from the forward pass is computed
 * for all steps at once, and seven nodes a step are left where the chain rule makes over twenty.
 */
export function lstm(name: string, network: NetworkTensors, rows: Tensor, options: RecurrentOptions<LstmState>): UnrolledLstm {
  const { state, steps } = options;
  const weights = network.tensors[`${name}/hidden`]!;
  const start = state ?? zeroState(batchOf(rows, steps), weights.shape[0]!);
  return parted(unroll(driveOf(name, network, rows), weights, start, options), steps);
}

/**
 * Unrolls several memories of one size over the same rows, each from its own state, as one stack: the nodes of one do the work of all,
 * which over few sequences takes three quarters of the time. A single step is run apart, which leaves the batch free.
 */
export function lstmStack(
  names: readonly string[],
  network: NetworkTensors,
  rows: Tensor,
  { state, ...options }: RecurrentOptions<readonly LstmState[]>,
): UnrolledLstm[] {
  const { steps, lengths } = options;
  if (lengths)
    return names.map((name, index) => looped(name, network, rows, { ...options, lengths, ...(state && { state: state[index]! }) }));
  if (steps === 1 || names.length === 1) {
    return names.map((name, index) => lstm(name, network, rows, { ...options, ...(state && { state: state[index]! }) }));
  }
  const stacked = (parts: readonly Tensor[]) => concat(parts, 0).reshape([parts.length, ...parts[0]!.shape]);
  const weights = stacked(names.map((name) => network.tensors[`${name}/hidden`]!));
  const states = state ?? names.map(() => zeroState(batchOf(rows, steps), weights.shape[1]!));
  const start = { hidden: stacked(states.map(({ hidden }) => hidden)), cell: stacked(states.map(({ cell }) => cell)) };
  const drive = stacked(names.map((name) => driveOf(name, network, rows)));
  const result = unroll(drive, weights, start, { ...options, ...(state && { state: start }) });
  return names.map((_, index) => parted(result.slice(0, index, index + 1).reshape(result.shape.slice(1)), steps));
}

/** Runs the steps in kernels, which take no time to be called: one for all steps forward, one for all back. */
function looped(
  name: string,
  network: NetworkTensors,
  input: Tensor,
  { episodeStart, lengths, state }: RecurrentOptions<LstmState> & { readonly lengths: Tensor },
): UnrolledLstm {
  const weights = network.tensors[`${name}/hidden`]!;
  const sizes = { batch: lengths.shape[0]!, rows: input.shape[0]!, size: weights.shape[0]! };
  const { batch, rows, size } = sizes;
  const { hidden, cell } = state ?? zeroState(batch, size);
  const keep = episodeStart ? keepAtStarts(episodeStart, rows, 1)! : constant(1, [rows, 1]);
  const drive = driveOf(name, network, input);
  const record = applyKernel(lstmForwardKernel(sizes), [drive, weights, hidden, cell, keep, lengths], [rows, recordBlocks * size]);
  const block = (index: number) => record.slice(1, index * size, (index + 1) * size);
  const states = withGradient(block(6), [drive, weights], (g) => {
    const sums = applyKernel(lstmBackwardKernel(sizes), [record, weights, cell, keep, lengths, g], drive.shape);
    return [sums, gemm(block(7), sums, { transposeA: true })];
  });
  const upTo = Array.from({ length: batch * batch }, (_, at) => Number(at % batch <= Math.floor(at / batch)));
  const last = constant(upTo, [batch, batch]).matmul(lengths).sub(1).reshape([batch]);
  return { rows: states, hidden: gatherRows(block(6), last), cell: gatherRows(block(4), last) };
}

const zeroState = (batch: number, size: number): LstmState => ({ hidden: constant(0, [batch, size]), cell: constant(0, [batch, size]) });

/** What the inputs add to the sums of the gates. */
const driveOf = (name: string, { tensors }: NetworkTensors, rows: Tensor): Tensor =>
  rows.matmul(tensors[`${name}/input`]!, tensors[`${name}/bias`]!.add(tensors[`${name}/hiddenBias`]!));

/** Hidden states of all steps and the last cell side by side, [batch, (steps + 1) · hidden], as what they are. */
function parted(result: Tensor, steps: number): UnrolledLstm {
  const size = result.shape[1]! / (steps + 1);
  return {
    rows: rowPerStep(result.slice(1, 0, steps * size), steps),
    hidden: result.slice(1, (steps - 1) * size, steps * size),
    cell: result.slice(1, steps * size, (steps + 1) * size),
  };
}

/** Runs over drive [..., batch · steps, 4 · hidden]: one node with all that goes on from here, so that its gradient is worked out once. */
function unroll(drive: Tensor, weights: Tensor, start: LstmState, { steps, episodeStart, state }: RecurrentOptions<LstmState>): Tensor {
  const keep = keepAtStarts(episodeStart, start.hidden.shape.at(-2)!, steps);
  const done = forward(blocks(rowPerSequence(drive, steps), steps), weights, start, keep, state === undefined);
  const value = beside([...done.map(({ hidden }) => hidden), done.at(-1)!.cell]);
  return withGradient(value, [drive, weights, start.hidden, start.cell], (g) => backward(done, weights, keep, g));
}

/** What a step of the forward pass leaves to the backward pass; [..., batch, hidden] unless told. */
interface Step {
  readonly hiddenBefore: Tensor;
  readonly cellBefore: Tensor;
  /** [..., batch, 3 · hidden]: input, forget and output gate. */
  readonly gates: Tensor;
  readonly forget: Tensor;
  readonly candidate: Tensor;
  readonly squashedCell: Tensor;
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

function forward(drives: readonly Tensor[], weights: Tensor, start: LstmState, keep: Tensor | undefined, fromZero: boolean): Step[] {
  const size = weights.shape.at(-2)!;
  const last = weights.shape.length - 1;
  const keeps = keep && blocks(keep, drives.length);
  const done: Step[] = [];
  let { hidden, cell } = start;
  drives.forEach((drive, index) => {
    const isZero = fromZero && index === 0; // Then what comes in is left out, which also leaves the batch free.
    const hiddenBefore = keeps && !isZero ? hidden.mul(keeps[index]!) : hidden;
    const cellBefore = keeps && !isZero ? cell.mul(keeps[index]!) : cell;
    const sums = isZero ? drive : product(hiddenBefore, weights, { addend: drive });
    const gates = sums.slice(last, 0, 3 * size).sigmoid();
    const candidate = sums.slice(last, 3 * size, 4 * size).tanh();
    const [input, forget, output] = blocks(gates, 3) as [Tensor, Tensor, Tensor];
    const written = input.mul(candidate);
    cell = isZero ? written : forget.mul(cellBefore).add(written);
    const squashedCell = cell.tanh();
    hidden = output.mul(squashedCell);
    done.push({ hiddenBefore, cellBefore, gates, forget, candidate, squashedCell, hidden, cell });
  });
  return done;
}

/** Backpropagation through time: the gradients of drive, recurrent weights and both starting states. */
function backward(done: readonly Step[], weights: Tensor, keep: Tensor | undefined, g: Tensor): Tensor[] {
  const steps = done.length;
  const keeps = keep && blocks(keep, steps);
  const { intoSums, intoCell, intoCellBefore } = slopes(done, keep);
  const given = blocks(g, steps + 1);
  let cellFlow = given[steps]!;
  let hiddenFlow: Tensor | undefined;
  const sums: Tensor[] = [];
  for (let index = steps - 1; index >= 0; index--) {
    const hidden = hiddenFlow ? given[index]!.add(hiddenFlow) : given[index]!;
    const cell = cellFlow.add(hidden.mul(intoCell[index]!));
    sums[index] = beside([cell, cell, hidden, cell]).mul(intoSums[index]!);
    const back = product(sums[index]!, weights, { transposeB: true });
    hiddenFlow = keeps ? back.mul(keeps[index]!) : back;
    cellFlow = cell.mul(intoCellBefore[index]!);
  }
  const sumRows = rowPerStep(beside(sums), steps);
  const hiddenRows = rowPerStep(along(done, "hiddenBefore"), steps);
  return [sumRows, product(hiddenRows, sumRows, { transposeA: true }), hiddenFlow!, cellFlow];
}

/**
 * For each step, by what a gradient is multiplied on its way back: of cell (for the output gate: of the hidden state) into the sums of
 * the gates, of the hidden state into the cell, and of the cell into the one before.
 */
function slopes(done: readonly Step[], keep: Tensor | undefined): { intoSums: Tensor[]; intoCell: Tensor[]; intoCellBefore: Tensor[] } {
  const steps = done.length;
  const one = constant(1);
  const gates = along(done, "gates");
  const [input, forget, output] = blocks(rowPerStep(gates, steps), 3) as [Tensor, Tensor, Tensor];
  const factors = beside(done.flatMap(({ candidate, cellBefore, squashedCell }) => [candidate, cellBefore, squashedCell]));
  const ofGates = rowPerStep(gates.mul(one.sub(gates)).mul(factors), steps);
  const ofCandidate = input.mul(one.sub(rowPerStep(along(done, "candidate"), steps).square()));
  const intoCell = output.mul(one.sub(rowPerStep(along(done, "squashedCell"), steps).square()));
  const kept = keep && forget.mul(keep.reshape([forget.shape.at(-2)!, 1]));
  return {
    intoSums: blocks(rowPerSequence(beside([ofGates, ofCandidate]), steps), steps),
    intoCell: blocks(rowPerSequence(intoCell, steps), steps),
    intoCellBefore: kept ? blocks(rowPerSequence(kept, steps), steps) : done.map((step) => step.forget),
  };
}
