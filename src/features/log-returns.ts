/** Logarithmic return from one value to the next; NaN for the first. */
export function logReturns(): (value: number) => number {
  let previous = NaN;
  return (value) => {
    const logReturn = Math.log(value / previous);
    previous = value;
    return logReturn;
  };
}
