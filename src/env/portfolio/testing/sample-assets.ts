import { Random } from "../../../base/index.ts";
import { type Bar, type Bars, barsFrom, type CorporateAction } from "../../../domain/index.ts";
import type { FeatureMatrix } from "../../../features/index.ts";
import type { PortfolioAsset } from "../market-tables.ts";
import type { PortfolioOptions } from "../portfolio-market.ts";
import { PortfolioSpecification } from "../specification.ts";

const dayMs = 86_400_000;

/** Return of the last bar and volume in thousands, not known at the first bar: for tests. */
export function plainFeatures({ close, volume }: Bars): FeatureMatrix {
  const values = Float32Array.from({ length: 2 * close.length }, (_, at) =>
    at % 2 === 0 ? close[at >> 1]! / close[(at >> 1) - 1]! - 1 : volume[at >> 1]! / 1000,
  );
  return { names: ["return", "volume"], width: 2, rows: close.length, values, firstReady: 1 };
}

/** Bars of a walk of whole cents on the days of `isThere`: for tests. */
function bareBars(symbol: string, random: Random, days: number, isThere: (day: number) => boolean, currency = "USD"): Bars {
  let price = 2000 + random.below(20_000);
  const rows: Bar[] = [];
  for (let day = 0; day < days; day++) {
    const open = Math.max(50, price + random.below(301) - 150);
    price = Math.max(50, open + random.below(601) - 300);
    const [high, low] = [Math.max(open, price) + random.below(50), Math.min(open, price) - random.below(40)];
    const bar = { open: open / 100, high: high / 100, low: low / 100, close: price / 100, volume: 100 + random.below(2000) };
    if (isThere(day)) rows.push({ closeTime: (day + 1) * dayMs, ...bar });
  }
  return barsFrom({ symbol, currency, tickSize: 0.01, lotSize: 0.1 }, rows);
}

/** An asset with a late listing, missing bars, a split, a dividend, a delisting and halts, or some of these: for tests. */
function randomAsset(index: number, random: Random, days: number): PortfolioAsset {
  const listed = index === 0 || random.below(2) === 0 ? 0 : random.below(days - 6);
  const ends = random.below(3) === 0 ? listed + 5 + random.below(days) : Infinity;
  const [gap, gapDays] = [listed + 3 + random.below(days), random.below(9)];
  const holes = random.below(2);
  const isThere = (day: number) =>
    day >= listed && day < ends && !(day >= gap && day < gap + gapDays) && !(holes === 1 && day > listed && random.below(9) === 0);
  const bars = bareBars(`A${index}`, random, days, isThere);
  const actions: CorporateAction[] = [];
  const moment = () => Math.floor((listed + 1 + random.uniform() * (Math.min(days, ends) - listed)) * dayMs);
  if (random.below(3) === 0)
    actions.push({ kind: "split", timeMs: moment(), numerator: 1 + random.below(3), denominator: 1 + random.below(2) });
  if (random.below(3) === 0) actions.push({ kind: "dividend", timeMs: moment(), amount: random.below(200) / 100 });
  actions.sort((left, right) => left.timeMs - right.timeMs);
  const last = bars.closeTime.at(-1)!;
  const isDelisted = ends < days && random.below(2) === 0;
  const known = isDelisted ? actions.filter(({ timeMs }) => timeMs <= last) : actions;
  if (isDelisted) known.push({ kind: "delisting", timeMs: last + random.below(2) * dayMs, price: random.below(3000) / 100 });
  const ones = () => new Float64Array(bars.close.length).fill(1);
  const halted = Uint8Array.from({ length: bars.close.length }, () => Number(random.below(12) === 0));
  const conditions = {
    feeFactor: ones().map(() => 1 + random.below(2)),
    slippageFactor: ones(),
    halted,
    stale: new Uint8Array(halted.length),
  };
  return { bars, features: plainFeatures(bars), actions: known, ...(random.below(2) === 0 && { conditions }) };
}

/** Assets of a seed, to which all that can happen happens: for tests. */
export function randomAssets(seed: number, count: number, days: number): PortfolioAsset[] {
  const random = new Random(seed, 7);
  return Array.from({ length: count }, (_, index) => randomAsset(index, random, days));
}

/** Options of an environment with any field of a specification put in its place: for tests. */
export const portfolioOptions = (assets: readonly PortfolioAsset[], fields: Record<string, unknown> = {}, count = 3): PortfolioOptions => ({
  ...PortfolioSpecification.parse(fields),
  assets,
  pipelineHash: "plain",
  count,
});
