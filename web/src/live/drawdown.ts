/** How far each value of an equity curve lies below its highest value so far, as a fraction. */
export function drawdownsOf(equity: readonly number[]): number[] {
  const drawdowns: number[] = [];
  let peak = -Infinity;
  for (const value of equity) {
    peak = Math.max(peak, value);
    drawdowns.push(1 - value / peak);
  }
  return drawdowns;
}
