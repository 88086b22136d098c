import { eventField, eventKind, eventKindOf, eventSideOf, type OrderBook } from "../../book/index.ts";

/** Trades in a book's log from an event on, by owner: what `BookMarket` must agree with. */
export function holdingsFromLog({ log }: OrderBook): { readonly positions: Map<number, number>; readonly cash: Map<number, number> } {
  const [positions, cash] = [new Map<number, number>(), new Map<number, number>()];
  const add = (to: Map<number, number>, owner: number, value: number) => to.set(owner, (to.get(owner) ?? 0) + value);
  for (let event = log.first; event < log.count; event++) {
    const code = log.read(event, eventField.code);
    if (eventKindOf(code) !== eventKind.trade) continue;
    const lots = eventSideOf(code) * log.read(event, eventField.lots);
    const [taker, maker] = [log.read(event, eventField.owner), log.read(event, eventField.otherOwner)];
    add(positions, taker, lots);
    add(positions, maker, -lots);
    add(cash, taker, -lots * log.read(event, eventField.ticks));
    add(cash, maker, lots * log.read(event, eventField.ticks));
  }
  return { positions, cash };
}

/** Sample autocorrelation of a series at a lag. */
export function autocorrelation(values: readonly number[], lag: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [product, square] = [0, 0];
  values.forEach((value, index) => {
    square += (value - mean) ** 2;
    if (index >= lag) product += (value - mean) * (values[index - lag]! - mean);
  });
  return product / square;
}
