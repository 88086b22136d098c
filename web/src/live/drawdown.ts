/** How far each value of an equity curve lies below its highest so far, `initial` included: a fraction, 0 at a peak and negative below. */
export function drawdownsOf(equity: readonly number[], initial: number): number[] {
  const drawdowns: number[] = [];
  let peak = initial;
  for (const value of equity) {
    peak = Math.max(peak, value);
    drawdowns.push(value / peak - 1);
  }
  return drawdowns;
}
