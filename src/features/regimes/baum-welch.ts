import { assert, Random, UserError } from "../../base/index.ts";
import { forwardFilter, type HiddenMarkovModel } from "./hidden-markov.ts";

interface ChainFit {
  readonly states: number;
  readonly seed: number;
  /** Starts from different models, of which the likeliest end counts. */
  readonly restarts: number;
  readonly maxIterations: number;
  /** It ends where an iteration adds less than this to the log-likelihood, for each row. */
  readonly tolerance: number;
}

/** A fit: the model, its states ordered by the variance of their first column, and the log-likelihood before each iteration and at the end. */
export interface HiddenMarkovFit {
  readonly model: HiddenMarkovModel;
  readonly logLikelihoods: readonly number[];
}

/** No state may be narrower than this share of a column's variance: on a value that repeats, the likelihood has no bound. */
const leastVarianceShare = 1e-6;

/** What one pass over the rows finds of a model: its log-likelihood, and what each state and transition is expected to have had. */
function expectations(model: HiddenMarkovModel, rows: Float64Array, width: number) {
  const states = model.means.length;
  const count = rows.length / width;
  const filter = forwardFilter(model);
  const logShares = new Float64Array(count * states);
  const logPredicted = new Float64Array(count * states); // At a row, given those before it.
  let logLikelihood = 0;
  for (let row = 0; row < count; row++) {
    logPredicted.set(filter.logPredicted, row * states);
    logLikelihood += filter.update(rows, row * width);
    logShares.set(filter.logShares, row * states);
  }
  const logTransition = model.transition.map((from) => from.map(Math.log));
  const shares = new Float64Array(count * states); // Of each row given all rows.
  const moves = Array.from({ length: states }, () => new Float64Array(states));
  for (let to = 0; to < states; to++) shares[(count - 1) * states + to] = Math.exp(logShares[(count - 1) * states + to]!);
  for (let row = count - 2; row >= 0; row--) {
    for (let from = 0; from < states; from++) {
      let sum = 0;
      for (let to = 0; to < states; to++) {
        const later = (row + 1) * states + to;
        if (shares[later] === 0) continue; // Its prediction may be nothing too.
        const move = Math.exp(
          logShares[row * states + from]! + logTransition[from]![to]! + Math.log(shares[later]!) - logPredicted[later]!,
        );
        moves[from]![to]! += move;
        sum += move;
      }
      shares[row * states + from] = sum;
    }
  }
  return { logLikelihood, shares, moves };
}

/** The likeliest model for what was expected; a state that nothing came from keeps its row. */
function improved(
  model: HiddenMarkovModel,
  { shares, moves }: ReturnType<typeof expectations>,
  rows: Float64Array,
  leastVariances: readonly number[],
): HiddenMarkovModel {
  const states = model.means.length;
  const width = leastVariances.length;
  const count = rows.length / width;
  const total = (state: number, term: (row: number) => number) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += shares[row * states + state]! * term(row);
    return sum;
  };
  const weights = model.means.map((_, state) => total(state, () => 1));
  const means = model.means.map((own, state) =>
    own.map((mean, column) => (weights[state]! > 0 ? total(state, (row) => rows[row * width + column]!) / weights[state]! : mean)),
  );
  return {
    transition: model.transition.map((own, from) => {
      const leaving = moves[from]!.reduce((sum, value) => sum + value, 0);
      return leaving > 0 ? [...moves[from]!].map((value) => value / leaving) : own;
    }),
    means,
    variances: model.variances.map((own, state) =>
      own.map((variance, column) => {
        if (weights[state]! <= 0) return variance;
        const squares = total(state, (row) => (rows[row * width + column]! - means[state]![column]!) ** 2);
        return Math.max(squares / weights[state]!, leastVariances[column]!);
      }),
    ),
  };
}

function orderedByVariance({ transition, means, variances }: HiddenMarkovModel): HiddenMarkovModel {
  const order = means.map((_, state) => state).toSorted((left, right) => variances[left]![0]! - variances[right]![0]!);
  return {
    transition: order.map((from) => order.map((to) => transition[from]![to]!)),
    means: order.map((state) => means[state]!),
    variances: order.map((state) => variances[state]!),
  };
}

/**
 * Fits a hidden Markov chain of normal states to rows [rows × width] by expectation maximisation (Baum et al., 1970; Rabiner, 1989), from
 * several starts of lasting states. Fewer than ten rows for each state, or a column that never changes, are `data/too-short`.
 */
export function fitHiddenMarkov(
  rows: Float64Array,
  width: number,
  { states, seed, restarts, maxIterations, tolerance }: ChainFit,
): HiddenMarkovFit {
  assert(rows.length % width === 0 && restarts >= 1, `${rows.length} numbers in rows of ${width}, ${restarts} starts`);
  const count = rows.length / width;
  const columns = Array.from({ length: width }, (_, column) => {
    const values = Float64Array.from({ length: count }, (_each, row) => rows[row * width + column]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count };
  });
  if (count < 10 * states || columns.some(({ variance }) => !(variance > 0))) {
    throw new UserError("data/too-short", `${states} hidden states need ${10 * states} rows that change; there are ${count}.`, {
      hint: "Use more bars for training, or fewer states.",
    });
  }
  const leastVariances = columns.map(({ variance }) => leastVarianceShare * variance);
  const random = new Random(seed);
  const begin = (): HiddenMarkovModel => {
    const perState = <Value>(value: (state: number) => Value) => Array.from({ length: states }, (_, state) => value(state));
    const other = 0.1 / Math.max(1, states - 1);
    return {
      transition: perState((from) => perState((to) => (states === 1 ? 1 : from === to ? 0.9 : other))),
      means: perState(() => columns.map(({ mean, variance }) => mean + 0.5 * Math.sqrt(variance) * random.normal())),
      variances: perState(() => columns.map(({ variance }) => variance * Math.exp(random.normal()))),
    };
  };
  const climb = (): HiddenMarkovFit => {
    let model = begin();
    let found = expectations(model, rows, width);
    const logLikelihoods = [found.logLikelihood];
    for (let iteration = 0; iteration < maxIterations; iteration++) {
      model = improved(model, found, rows, leastVariances);
      found = expectations(model, rows, width);
      logLikelihoods.push(found.logLikelihood);
      if (logLikelihoods.at(-1)! - logLikelihoods.at(-2)! < tolerance * count) break;
    }
    return { model: orderedByVariance(model), logLikelihoods };
  };
  return Array.from({ length: restarts }, climb).reduce((best, each) =>
    each.logLikelihoods.at(-1)! > best.logLikelihoods.at(-1)! ? each : best,
  );
}
