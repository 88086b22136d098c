import { hashOf, UserError } from "../../base/index.ts";
import type { Instrument, PortfolioOptions as HoldingOptions } from "../../domain/index.ts";
import { type Costs, costsFor, costsUnder } from "../../market/index.ts";
import type { RewardKind } from "../reward.ts";
import { type Chosen, chooseReward, type ObservationLayout } from "../specification.ts";
import { asOf, type AsOfSeries } from "./as-of.ts";
import { equalWeightWealth } from "./benchmark.ts";
import { type MarketTables, marketTables, type PortfolioAsset } from "./market-tables.ts";
import { type CurrencyRates, Rebalancing } from "./rebalancing.ts";
import type { PortfolioSpecification } from "./specification.ts";
import { portfolioActionSpace, targetingOf } from "./targets.ts";

/** A specification with its data. The number of assets and their order are fixed, and say nothing of when each is listed. */
export interface PortfolioOptions extends PortfolioSpecification {
  readonly assets: readonly (PortfolioAsset & { readonly costs?: Costs })[];
  /** The hash of the pipeline that made the features. */
  readonly pipelineHash: string;
  readonly count: number;
  /** For the reset at the start; 0 unless given. */
  readonly seed?: number;
  /** Rows that close from `fromMs` on and before `toMs`, ms since the epoch; all unless given. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** What one unit of each other currency is worth in the portfolio's, as it becomes known. */
  readonly rates?: Readonly<Record<string, AsOfSeries>>;
  /** What the benchmark `series` is, in the portfolio's currency, as it becomes known. */
  readonly benchmarkSeries?: AsOfSeries;
}

/** All that portfolios of an environment share. */
export interface PortfolioMarket {
  readonly specification: PortfolioSpecification;
  readonly tables: MarketTables;
  readonly rebalancing: Rebalancing;
  readonly portfolio: HoldingOptions;
  readonly reward: Chosen<RewardKind>;
  readonly layout: ObservationLayout;
  /** Wealth of the benchmark by row; null for money. */
  readonly benchmark: Float64Array | null;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly lastStartRow: number;
  readonly maxSteps: number;
}

/** Makes tables, costs and layout of the options, and refuses what does not fit. */
export function portfolioMarket(options: PortfolioOptions): PortfolioMarket {
  const { assets, costs, episode, missing, actions, minimumChange, initialCash } = options;
  const tables = marketTables(assets, missing.giveUpAfter);
  const instruments = assets.map(({ bars }) => bars.instrument);
  const currency = options.currency ?? instruments[0]!.currency;
  const [firstRow, lastRow] = usableRows(tables, options);
  const layout = layoutOf(options, instruments);
  const currencies = currenciesOf(instruments, currency, options, tables.calendar, firstRow);
  const assetCosts = assets.map(({ bars, costs: own = costs }) => costsFor(bars.instrument, own));
  const rebalancing = new Rebalancing(
    {
      tables,
      targeting: targetingOf(actions),
      minimumChange,
      costs: assetCosts,
      costsOfBar: assets.map(({ conditions }, index) => conditions && costsUnder(assetCosts[index]!, conditions)),
      currencies,
      haircut: missing.haircut,
    },
    options.count,
  );
  const maxSteps = Math.min(episode.maxSteps ?? Infinity, lastRow - firstRow);
  const room = episode.maxSteps === null ? 1 : maxSteps; // A random start leaves room for a whole episode; without a limit, for a step.
  return {
    specification: options,
    tables,
    rebalancing,
    portfolio: { instruments, currency, initialCash },
    reward: chooseReward(options),
    layout,
    benchmark: benchmarkOf(options, tables, instruments, currencies, firstRow),
    firstRow,
    lastRow,
    lastStartRow: episode.randomStart ? lastRow - room : firstRow,
    maxSteps,
  };
}

/** The first row with a whole window in which something is seen, and the last. */
function usableRows(
  { calendar, assets, seen }: MarketTables,
  { fromMs = -Infinity, toMs = Infinity, window }: PortfolioOptions,
): [number, number] {
  const from = calendar.findIndex((time) => time >= fromMs);
  const firstSeen = Math.floor(seen.indexOf(1, Math.max(0, from) * assets) / assets);
  const lastRow = calendar.findLastIndex((time) => time < toMs);
  const firstRow = Math.max(firstSeen, window - 1);
  if (from >= 0 && firstSeen >= 0 && lastRow > firstRow) return [firstRow, lastRow];
  throw new UserError(
    "data/too-short",
    `No two usable rows: something is seen from row ${firstRow}, the stretch ends with row ${lastRow}`,
    {
      path: "assets",
      hint: "Use a longer stretch, a shorter window, or indicators with a shorter warm-up.",
    },
  );
}

function currenciesOf(
  instruments: readonly Instrument[],
  own: string,
  { rates = {} }: PortfolioOptions,
  calendar: Float64Array,
  firstRow: number,
): CurrencyRates[] {
  const others = new Set(instruments.map(({ currency }) => currency).filter((currency) => currency !== own));
  return [...others].map((currency) => {
    const path = `rates.${currency}`;
    const series = Object.hasOwn(rates, currency) ? rates[currency] : undefined;
    if (series) return { currency, rates: asOf(series, calendar, firstRow, path) };
    throw new UserError("config/invalid", `${path}: an asset is in ${currency}, the portfolio in ${own}`, {
      path,
      hint: `Give what one ${currency} is worth in ${own}, or leave the asset out.`,
    });
  });
}

function benchmarkOf(
  { benchmark, benchmarkSeries, missing }: PortfolioOptions,
  tables: MarketTables,
  instruments: readonly Instrument[],
  currencies: readonly CurrencyRates[],
  firstRow: number,
): Float64Array | null {
  if (benchmark === "money") return null;
  if (benchmark === "series") {
    if (benchmarkSeries) return asOf(benchmarkSeries, tables.calendar, firstRow, "benchmarkSeries");
    throw new UserError("config/invalid", "benchmark: there is no series to count in", {
      path: "benchmarkSeries",
      hint: "Give the benchmark's values with the data.",
    });
  }
  const ratesOf = instruments.map(({ currency }) => currencies.find((other) => other.currency === currency)?.rates);
  const wealth = equalWeightWealth(tables, instruments, missing.haircut, (asset, row) => ratesOf[asset]?.[row] ?? 1);
  if (wealth.every((level) => level > 0)) return wealth;
  throw new UserError("data/invalid-value", "benchmark: equal weights in these assets lose everything", {
    path: "benchmark",
    hint: "Count in money or in a series.",
  });
}

function layoutOf({ assets, window, actions, pipelineHash }: PortfolioOptions, instruments: readonly Instrument[]): ObservationLayout {
  const symbols = instruments.map(({ symbol }) => symbol);
  const features = assets[0]!.features.names;
  const row = [...symbols.flatMap((symbol) => features.map((name) => `${symbol}.${name}`)), ...symbols.map((symbol) => `${symbol}.seen`)];
  const ages = Array.from({ length: window }, (_, index) => window - 1 - index);
  const names = [
    ...ages.flatMap((age) => row.map((name) => (age === 0 ? name : `${name}@-${age}`))),
    ...symbols.map((symbol) => `${symbol}.weight`),
    "portfolio.cash",
    "portfolio.drawdown",
  ];
  const actionSpace = portfolioActionSpace(actions, assets.length);
  return {
    size: names.length,
    names,
    actionSpace,
    schema: hashOf({ environment: "portfolio", actions, pipeline: pipelineHash, names, actionSpace }),
  };
}
