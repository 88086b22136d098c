/** How a parabolic stop gains on the price on one side of the market. */
interface Pace {
  readonly initial: number;
  /** Added with every new extreme. */
  readonly step: number;
  readonly maximum: number;
}

/** How a parabolic stop begins, and its pace on both sides. */
export interface ParabolicOptions {
  /** Where not 0 the first stop: above 0 of a long, below 0 of a short position. */
  readonly startValue: number;
  /** Share of the stop by which it is moved away when the position turns. */
  readonly offsetOnReverse: number;
  readonly long: Pace;
  readonly short: Pace;
}

/**
 * Wilder's parabolic stop and reverse (1978) as TA-Lib's SAREXT has it: the stop, negative while short, NaN for the first bar. Without
 * a start value the second bar is long unless it fell further than it rose. Short is treated as long in a mirror: `side` is −1.
 */
export function parabolicStop({ startValue, offsetOnReverse, long, short }: ParabolicOptions): (high: number, low: number) => number {
  const paceOf = (side: number) => (side > 0 ? long : short);
  let side = 0;
  let [stop, extreme, acceleration] = [0, 0, 0];
  let [previousHigh, previousLow] = [NaN, NaN];

  const begin = (high: number, low: number) => {
    const down = previousLow - low;
    const falls = down > 0 && down > high - previousHigh;
    side = startValue === 0 ? (falls ? -1 : 1) : Math.sign(startValue);
    stop = startValue === 0 ? (side > 0 ? previousLow : previousHigh) : Math.abs(startValue);
    extreme = side > 0 ? high : low;
    acceleration = Math.min(paceOf(side).initial, paceOf(side).maximum);
    previousHigh = high;
    previousLow = low;
  };
  /** The stop, kept on its side of the last bar and this one. */
  const outside = (value: number, high: number, low: number) =>
    side > 0 ? Math.min(value, previousLow, low) : Math.max(value, previousHigh, high);
  const reverse = (high: number, low: number) => {
    side = -side;
    const turned = outside(extreme, high, low);
    const shown = turned - side * turned * offsetOnReverse;
    acceleration = Math.min(paceOf(side).initial, paceOf(side).maximum);
    extreme = side > 0 ? high : low;
    stop = outside(shown + acceleration * (extreme - shown), high, low);
    return side * shown;
  };
  const follow = (high: number, low: number) => {
    const shown = side * stop;
    const reached = side > 0 ? high : low;
    if (side * (reached - extreme) > 0) {
      const { step, maximum } = paceOf(side);
      extreme = reached;
      acceleration = Math.min(acceleration + Math.min(step, maximum), maximum);
    }
    stop = outside(stop + acceleration * (extreme - stop), high, low);
    return shown;
  };

  return (high, low) => {
    if (side === 0) {
      const isFirst = Number.isNaN(previousHigh);
      if (isFirst) {
        previousHigh = high;
        previousLow = low;
        return NaN;
      }
      begin(high, low);
    }
    const isHit = side > 0 ? low <= stop : high >= stop;
    const shown = isHit ? reverse(high, low) : follow(high, low);
    previousHigh = high;
    previousLow = low;
    return shown;
  };
}
