/** A hidden Markov chain whose states speak in normal numbers, independent of one another within a state. It begins in any state alike. */
export interface HiddenMarkovModel {
  /** [from][to], each row of sum 1. */
  readonly transition: readonly (readonly number[])[];
  /** [states][columns]. */
  readonly means: readonly (readonly number[])[];
  /** [states][columns]. */
  readonly variances: readonly (readonly number[])[];
}

/** A forward filter at work: what is known of the state from the rows so far, and from no later one (Rabiner, 1989). */
export interface ForwardFilter {
  /** ln of each state's probability given all rows so far. */
  readonly logShares: Float64Array;
  /** ln of each state's probability at the next row, given all rows so far. */
  readonly logPredicted: Float64Array;
  /** Takes the row at `rows[offset]` and after; gives its log-likelihood given the rows before it. */
  update(rows: ArrayLike<number>, offset?: number): number;
  /** Lets a row pass of which nothing is known. */
  skip(): void;
}

/** ln Σ exp of `count` terms at `terms[0]` and after, without overflow. */
function logSumExp(terms: Float64Array, count: number): number {
  let most = -Infinity;
  for (let index = 0; index < count; index++) most = Math.max(most, terms[index]!);
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  for (let index = 0; index < count; index++) sum += Math.exp(terms[index]! - most);
  return most + Math.log(sum);
}

/** Starts the forward filter of a model, in logarithms throughout. */
export function forwardFilter({ transition, means, variances }: HiddenMarkovModel): ForwardFilter {
  const states = means.length;
  const width = means[0]!.length;
  const logTransition = Float64Array.from(transition.flat(), Math.log);
  const centre = Float64Array.from(means.flat());
  const halfPrecision = Float64Array.from(variances.flat(), (variance) => 0.5 / variance);
  const constant = Float64Array.from(variances, (row) => row.reduce((sum, variance) => sum - 0.5 * Math.log(2 * Math.PI * variance), 0));
  const logShares = new Float64Array(states).fill(-Math.log(states));
  const logPredicted = new Float64Array(states).fill(-Math.log(states));
  const terms = new Float64Array(states);

  const predict = () => {
    for (let to = 0; to < states; to++) {
      for (let from = 0; from < states; from++) terms[from] = logShares[from]! + logTransition[from * states + to]!;
      logPredicted[to] = logSumExp(terms, states);
    }
  };
  return {
    logShares,
    logPredicted,
    update(rows, offset = 0) {
      for (let state = 0; state < states; state++) {
        let logDensity = constant[state]!;
        for (let column = 0; column < width; column++) {
          const distance = rows[offset + column]! - centre[state * width + column]!;
          logDensity -= distance * distance * halfPrecision[state * width + column]!;
        }
        logShares[state] = logPredicted[state]! + logDensity;
      }
      const evidence = logSumExp(logShares, states);
      for (let state = 0; state < states; state++) logShares[state]! -= evidence;
      predict();
      return evidence;
    },
    skip() {
      logShares.set(logPredicted);
      predict();
    },
  };
}
