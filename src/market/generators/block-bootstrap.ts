import { z } from "zod";
import { Random } from "../../base/index.ts";
import type { Bars } from "../../domain/index.ts";
import { emptyBars, generator, instrumentOf, invalidParam, onGrid } from "../generator.ts";

/**
 * The stationary bootstrap (Politis & Romano, 1994) of real bars: blocks of geometric length, `meanBlockBars` on average, from
 * anywhere in the source, which goes round. A bar is kept as what it was to the close before it, with its volume; several
 * instruments are drawn together, so that what they had in common stays.
 */
export default generator({
  name: "block-bootstrap",
  params: { meanBlockBars: z.number().min(1).default(20) },
  generate({ meanBlockBars }, request, source) {
    refuseSource(source);
    const random = new Random(request.seed);
    const rows = source[0]!.close.length - 1; // The first bar has no close before it.
    const result = source.map(({ instrument: { currency, tickSize, lotSize } }, index) =>
      emptyBars({ ...instrumentOf("bootstrap", request, source.length, index), currency, tickSize, lotSize }, request),
    );
    const levels = source.map(() => request.startPrice);
    let from = 0;
    for (let row = 0; row < request.bars; row++) {
      from = row === 0 || random.uniform() < 1 / meanBlockBars ? random.below(rows) : (from + 1) % rows;
      for (const [index, bars] of source.entries()) levels[index] = copyBar(bars, from + 1, result[index]!, row, levels[index]!);
    }
    return result;
  },
});

/** Copies a bar as what it was to the close before it, and returns the close, exact before it is put on the grid. */
function copyBar(source: Bars, from: number, target: Bars, row: number, level: number): number {
  const scale = level / source.close[from - 1]!;
  const price = (value: number) => onGrid(target.instrument, value * scale);
  const [open, close] = [price(source.open[from]!), price(source.close[from]!)];
  target.open[row] = open;
  target.close[row] = close;
  target.high[row] = Math.max(open, close, price(source.high[from]!));
  target.low[row] = Math.min(open, close, price(source.low[from]!));
  target.volume[row] = source.volume[from]!;
  return source.close[from]! * scale;
}

function refuseSource(source: readonly Bars[]): void {
  const [first] = source;
  const aligned = source.every(
    ({ closeTime }) => closeTime.length === first!.closeTime.length && closeTime.every((time, row) => time === first!.closeTime[row]),
  );
  if (!first || first.close.length < 2) throw invalidParam("source", "there are no two bars to draw from", "Give the bars of a data set.");
  if (!aligned) throw invalidParam("source", "instruments have bars at different times", "Bring them to the same bars first.");
}
