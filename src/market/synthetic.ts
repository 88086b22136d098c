import { Random } from "../base/index.ts";
import { type Bars, barsFrom } from "../domain/index.ts";

/** How a synthetic series runs: drift and volatility are of the log-price a bar. */
export interface GeometricWalk {
  readonly bars: number;
  readonly volatility: number;
  readonly drift?: number;
  readonly startPrice?: number;
  readonly intervalMs?: number;
  /** Close of the bar before the first, ms since the epoch. */
  readonly startTimeMs?: number;
  readonly seed: number;
}

const tickSize = 0.01;
const partsOfBar = 8;
const dayMs = 24 * 3600 * 1000;

/**
 * Bars of a geometric random walk, in whole ticks of 0.01 and at least one. A bar is eight equal parts of the walk: the first is
 * the gap from the last close to the open, and high and low are of the others. The symbol says that the data is synthetic.
 */
export function geometricWalk({
  bars,
  volatility,
  drift = 0,
  startPrice = 100,
  intervalMs = dayMs,
  startTimeMs = Date.UTC(2000, 0, 1),
  seed,
}: GeometricWalk): Bars {
  const random = new Random(seed);
  let logPrice = Math.log(startPrice);
  const next = () => {
    logPrice += drift / partsOfBar + (volatility / Math.sqrt(partsOfBar)) * random.normal();
    return Math.max(1, Math.round(Math.exp(logPrice) / tickSize)) / (1 / tickSize);
  };
  const rows = Array.from({ length: bars }, (_, index) => {
    const open = next();
    let [high, low, close] = [open, open, open];
    for (let part = 1; part < partsOfBar; part++) {
      close = next();
      high = Math.max(high, close);
      low = Math.min(low, close);
    }
    const volume = Math.round(1000 * Math.exp(0.5 * random.normal()) * (1 + (10 * (high - low)) / open));
    return { closeTime: startTimeMs + (index + 1) * intervalMs, open, high, low, close, volume };
  });
  return barsFrom({ symbol: `SYNTHETIC-WALK-${seed}`, currency: "USD", tickSize, lotSize: 0.001 }, rows);
}
