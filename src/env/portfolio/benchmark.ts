import type { Instrument } from "../../domain/index.ts";
import type { MarketTables } from "./market-tables.ts";

/**
 * The wealth of someone who holds equal weights in all that is listed and rebalances at every close without cost, row by row, 1 at
 * the first. An asset counts from the row after its first bar until its end, with splits, dividends and what a delisting or giving
 * up leaves of it; `rateOf` is what its currency is worth at a row. Everything is as of its row.
 */
export function equalWeightWealth(
  { calendar, assets, closeTicks, events }: MarketTables,
  instruments: readonly Instrument[],
  haircut: number,
  rateOf: (asset: number, row: number) => number,
): Float64Array {
  const value = new Float64Array(assets); // Of one unit at its last price, 0 before the listing and after the end.
  const ticks = new Float64Array(assets);
  const wealth = new Float64Array(calendar.length);
  let level = 1;
  for (let row = 0; row < calendar.length; row++) {
    let [total, held] = [0, 0];
    const gains = new Map<number, { units: number; cash: number }>();
    for (const { asset, action } of events[row] ?? []) {
      const gain = gains.get(asset) ?? { units: 1, cash: 0 };
      gains.set(asset, gain);
      const price = ticks[asset]! * instruments[asset]!.tickSize;
      if (action.kind === "split") gain.units *= action.numerator / action.denominator;
      else if (action.kind === "dividend") gain.cash += gain.units * action.amount;
      else {
        gain.cash += action.kind === "delisting" ? gain.units * action.price : price * (1 - haircut);
        gain.units = 0;
      }
    }
    for (let asset = 0; asset < assets; asset++) {
      const close = closeTicks[row * assets + asset]!;
      const { units, cash } = gains.get(asset) ?? { units: 1, cash: 0 };
      const isHeld = value[asset]! > 0;
      if (close > 0) ticks[asset] = close;
      else ticks[asset] = units === 0 ? 0 : ticks[asset]! / units;
      const worth = rateOf(asset, row) * instruments[asset]!.tickSize * ticks[asset]!;
      if (isHeld) {
        held++;
        total += (units * worth + cash * rateOf(asset, row)) / value[asset]!;
      }
      value[asset] = worth;
    }
    if (held > 0) level *= total / held;
    wealth[row] = level;
  }
  return wealth;
}
