import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { readBinance, readBitstampOrders, readBitstampSnapshots } from "../../data/index.ts";
import { DepthBook, RecordedOrders } from "../replay/index.ts";
import { BookMarket } from "./book-market.ts";
import type { FlowSpecification } from "./specification.ts";
import { fitFlow, type FittedFlow } from "./fit-flow.ts";
import { flowOfLevels } from "./flow-of-levels.ts";
import { flowOfOrders } from "./flow-of-orders.ts";
import { flowPresets } from "./presets.ts";

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere)
  console.warn("SKIPPED: the folder shared/data beside the repository is absent, so presets are not compared with recordings here.");

type Preset = keyof typeof flowPresets;

/** The presets' numbers have three digits, and none below half a thousandth more than one. */
function expectPreset(name: Preset, params: FittedFlow["hawkes"] | FittedFlow["zeroIntelligence"]): void {
  const compare = (preset: unknown, fitted: unknown, path: string): void => {
    if (typeof fitted === "number") {
      const error = Math.abs((preset as number) - fitted);
      expect(error, `${path}: ${String(preset)} for ${fitted}`).toBeLessThan(0.006 * Math.abs(fitted) + 1e-4);
    } else {
      expect(Object.keys(preset as object)).toEqual(expect.arrayContaining(Object.keys(fitted as object)));
      for (const [key, value] of Object.entries(fitted as object))
        compare((preset as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  };
  compare(flowPresets[name].traders[0]!.params, params, name);
}

/**
 * Mean spread, and volatility from the mean absolute change of the mid over a minute, as if it were normal: a single wrong quote
 * moves it little. There is a quote every second.
 */
function facts(quotes: readonly (readonly [bid: number, ask: number])[]): { spread: number; volatility: number; twoSided: number } {
  const whole = quotes.filter(([bid, ask]) => bid > 0 && ask > 0);
  const changes = whole.slice(60).map(([bid, ask], index) => (bid + ask) / 2 - (whole[index]![0] + whole[index]![1]) / 2);
  return {
    spread: whole.reduce((sum, [bid, ask]) => sum + ask - bid, 0) / whole.length,
    volatility: (Math.sqrt(Math.PI / 2 / 60) * changes.reduce((sum, change) => sum + Math.abs(change), 0)) / changes.length,
    twoSided: whole.length / quotes.length,
  };
}

function simulated(specification: FlowSpecification, seconds: number): ReturnType<typeof facts> {
  const market = new BookMarket(specification);
  const quotes: [number, number][] = [];
  for (const seed of [1, 2, 3]) {
    market.reset(new Random(seed));
    for (let second = 1; second <= seconds; second++) {
      market.advance(1000 * second);
      quotes.push([market.book.bestBidTicks, market.book.bestAskTicks]);
    }
  }
  return facts(quotes);
}

const told = ({ spread, volatility, twoSided }: ReturnType<typeof facts>) =>
  `spread ${spread.toFixed(2)} ticks, volatility ${volatility.toFixed(2)} ticks/√s, two-sided ${(100 * twoSided).toFixed(2)} %`;

test.skipIf(!isThere)(
  "Bitstamp: the presets are the fit, and their markets have the recording's spread and volatility",
  { timeout: 240_000 },
  async () => {
    const bitcoin = { symbol: "BTCUSD", currency: "USD", tickSize: 0.01, lotSize: 1e-8 };
    const { flow } = await readBitstampOrders(`${folder}lob_l3_bitstamp/orders_20150501.csv.gz`, bitcoin);
    const snapshots = await readBitstampSnapshots(`${folder}lob_l3_bitstamp/book_snapshots_20150501.jsonl.gz`, bitcoin);
    const distances = [5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000];
    const fitted = fitFlow(flowOfOrders(flow, snapshots, { distances }), { lotsPerLot: 1e6 });
    expect(fitted.evidence).toMatchObject({ events: 46_241, seconds: expect.closeTo(18_278.4, 0) as number });
    expectPreset("bitstamp-zero-intelligence", fitted.zeroIntelligence);
    expectPreset("bitstamp-hawkes", fitted.hawkes);

    const book = new RecordedOrders();
    const quotes: [number, number][] = [];
    let [row, next] = [0, 0];
    for (let time = flow.localTime[0]!; time <= flow.localTime[flow.count - 1]!; time += 1000) {
      for (; row < flow.count && flow.localTime[row]! <= time; row++) {
        while (next < snapshots.length && snapshots[next]!.localTime < flow.localTime[row]!) book.seed(snapshots[next++]!);
        book.apply(flow, row);
      }
      quotes.push([book.bestBidTicks, book.bestAskTicks]);
    }
    const recorded = facts(quotes.slice(60)); // The book is not known at its beginning.
    const { evidence } = fitted;
    console.info(
      `Bitstamp: spectral radius ${evidence.spectralRadius.toFixed(3)}, log-likelihood over Poisson ${evidence.logLikelihoodGain.toFixed(3)} an event`,
    );
    console.info(`  recorded: ${told(recorded)}`);
    for (const name of ["bitstamp-zero-intelligence", "bitstamp-hawkes"] as const) {
      const made = simulated({ preset: name }, 6000);
      console.info(`  ${name}: ${told(made)}`);
      expect(made.twoSided).toBe(1);
      for (const what of ["spread", "volatility"] as const) {
        expect(made[what] / recorded[what], what).toBeGreaterThan(0.6);
        expect(made[what] / recorded[what], what).toBeLessThan(1.6);
      }
    }
  },
);

test.skipIf(!isThere)(
  "Binance: the presets are the fit, and their markets have the recording's volatility but more spread",
  { timeout: 240_000 },
  async () => {
    const instrument = { symbol: "BTCUSDT", currency: "USDT", tickSize: 0.1, lotSize: 0.001 };
    const { recording } = await readBinance({
      paths: [`${folder}lob_binance_hftbacktest/usdm_btcusdt_20240808.gz`],
      market: "usd-m",
      instrument,
    });
    const reading = { distances: [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200], resolutionMs: 20 };
    const fitted = fitFlow(flowOfLevels(recording, reading));
    expect(fitted.evidence.events).toBe(107_578);
    expectPreset("binance-zero-intelligence", fitted.zeroIntelligence);
    expectPreset("binance-hawkes", fitted.hawkes);

    const book = new DepthBook();
    const quotes: [number, number][] = [];
    let row = 0;
    for (let time = recording.exchangeTime[0]! + 1000; time <= recording.exchangeTime[recording.count - 1]!; time += 1000) {
      for (; row < recording.count && recording.exchangeTime[row]! <= time; row++) book.apply(recording, row);
      quotes.push([book.bestBidTicks, book.bestAskTicks]);
    }
    const recorded = facts(quotes);
    const { evidence } = fitted;
    console.info(
      `Binance: spectral radius ${evidence.spectralRadius.toFixed(3)}, log-likelihood over Poisson ${evidence.logLikelihoodGain.toFixed(3)} an event`,
    );
    console.info(`  recorded: ${told(recorded)}`);
    for (const name of ["binance-zero-intelligence", "binance-hawkes"] as const) {
      const made = simulated({ preset: name }, 1000);
      console.info(`  ${name}: ${told(made)}`);
      expect(made.twoSided).toBeGreaterThan(0.99);
      expect(made.volatility / recorded.volatility).toBeGreaterThan(0.6);
      expect(made.volatility / recorded.volatility).toBeLessThan(1.6);
    }
  },
);
