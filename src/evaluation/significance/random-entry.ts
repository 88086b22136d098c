import { assert, type Random } from "../../base/index.ts";

/** How a rule's timing compares with the same trading at random times. */
export interface RandomEntry {
  /** Mean return a bar of the exposures as they were taken, before costs. */
  readonly mean: number;
  /** Its average over the random ones. */
  readonly expected: number;
  /** One-sided: how often random timing did as well. */
  readonly pValue: number;
  readonly permutations: number;
}

/**
 * Is there skill in when a rule is in the market? `exposures[t]` (share of equity, held from the close of bar t to the next) earns
 * `marketReturns[t]` over just that time. The random rules hold the same positions, each as long and with the same entries and
 * exits, so that turnover and costs are equal: stays in the market and pauses between them are put into random order, and the whole
 * is turned round by a random number of bars. p counts the rule itself, so it is never 0 and exact under no skill.
 */
export function randomEntryTest(
  exposures: ArrayLike<number>,
  marketReturns: ArrayLike<number>,
  { random, permutations = 2000 }: { readonly random: Random; readonly permutations?: number },
): RandomEntry {
  const bars = exposures.length;
  assert(bars > 1 && marketReturns.length === bars, `${bars} exposures and ${marketReturns.length} returns`);
  const circle = segmentsOf(exposures);
  const drawn = new Float64Array(bars);
  const observed = earned(exposures, marketReturns);
  let reached = 1,
    sum = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    drawAnew(circle, drawn, random);
    const mean = earned(drawn, marketReturns);
    sum += mean;
    // Rounding may not decide between an arrangement and its equal.
    if (mean >= observed - 1e-12 * Math.abs(observed)) reached++;
  }
  return { mean: observed, expected: sum / permutations, pValue: reached / (permutations + 1), permutations };
}

function earned(exposures: ArrayLike<number>, returns: ArrayLike<number>): number {
  let sum = 0;
  for (let bar = 0; bar < exposures.length; bar++) sum += exposures[bar]! * returns[bar]!;
  return sum / exposures.length;
}

/** A path closed to a circle and cut where it is flat: stays and pauses take turns. */
interface Segments {
  readonly stays: readonly Float64Array[];
  readonly pauses: readonly number[];
}

function segmentsOf(exposures: ArrayLike<number>): Segments {
  const bars = exposures.length;
  const stays: Float64Array[] = [];
  const pauses: number[] = [];
  const isFlat = (bar: number) => exposures[((bar % bars) + bars) % bars] === 0;
  let start = 0;
  while (start < bars && !(isFlat(start - 1) && !isFlat(start))) start++;
  if (start === bars) return { stays: [Float64Array.from(exposures)], pauses: [] }; // Never flat, or always.
  for (let bar = start; bar < start + bars;) {
    const from = bar;
    while (bar < start + bars && !isFlat(bar)) bar++;
    stays.push(Float64Array.from({ length: bar - from }, (_, index) => exposures[(from + index) % bars]!));
    const flatFrom = bar;
    while (bar < start + bars && isFlat(bar)) bar++;
    pauses.push(bar - flatFrom);
  }
  return { stays, pauses };
}

function drawAnew({ stays, pauses }: Segments, out: Float64Array, random: Random): void {
  const bars = out.length;
  const [order, gaps] = [stays.map((_, index) => index), [...pauses]];
  random.shuffle(order);
  random.shuffle(gaps);
  let bar = random.below(bars);
  const put = (value: number) => {
    out[bar] = value;
    bar = bar + 1 === bars ? 0 : bar + 1;
  };
  for (const [place, index] of order.entries()) {
    stays[index]!.forEach(put);
    for (let rest = gaps[place] ?? 0; rest > 0; rest--) put(0);
  }
}
