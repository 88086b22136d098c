import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { manualClock, Random } from "../../../base/index.ts";
import { loadSource } from "../../source.ts";
import ccxt from "../../sources/ccxt.ts";
import { binance, coinbase, type Dialect, startFakeExchange } from "../../testing/fake-exchange.ts";
import { openLibrary } from "./library.ts";

// Answers of real exchanges, and what ccxt's authors say they mean.

const folder = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no recorded answers are read here.");

const read = (path: string): unknown => JSON.parse(readFileSync(folder + path, "utf8"));

const Cases = z.looseObject({
  cases: z.array(
    z.looseObject({
      exchange: z.string(),
      method: z.string(),
      input: z.array(z.unknown()),
      httpResponse: z.unknown(),
      parsedResponse: z.unknown(),
    }),
  ),
});

const asset = {
  class: "crypto",
  symbol: "BTC/USD",
  status: "active",
  tradable: true,
  min_trade_increment: "0.000000001",
  price_increment: "1",
};
const listing = {
  name: "BTC/USDT",
  market_symbol: "btcusdt",
  base_currency: "BTC",
  base_decimals: 8,
  counter_currency: "USDT",
  counter_decimals: 0,
  minimum_order_value: "10",
  trading: "Enabled",
  description: "Bitcoin / Tether",
  market_type: "SPOT",
};

test.skipIf(!isThere)("the unified candles of ccxt's own cases come out of its classes, each loaded by itself", async () => {
  const { cases } = Cases.parse(read("ccxt_unified_subset/alpaca_bitstamp_binance.json"));
  const candles = cases.filter(({ method }) => method === "fetchOHLCV");
  expect(candles.map(({ exchange }) => exchange)).toEqual(["alpaca", "bitstamp"]);
  const library = await openLibrary();
  for (const { exchange: name, input, httpResponse, parsedResponse } of candles) {
    const exchange = await library.open(name);
    Object.assign(exchange, { apiKey: "key", secret: "secret" }); // Alpaca lists its markets for nobody else.
    exchange.fetchImplementation = async (url) => {
      const path = new URL(url).pathname;
      return Response.json(path.endsWith("/assets") ? [asset] : path.endsWith("/markets/") ? [listing] : httpResponse);
    };
    const [symbol, timeframe] = input as [string, string];
    expect(await exchange.fetchOHLCV(symbol, timeframe, 0, 1), name).toEqual(parsedResponse);
  }
});

interface Recorded {
  readonly exchange: string;
  readonly symbol: string;
  readonly interval: string;
  readonly file: string;
  readonly dialect: Dialect;
  readonly from: string;
  readonly bars: readonly (readonly number[])[];
}

const bybit: Dialect = { ...binance, markets: {}, candlesPath: "/v5/market/kline" };

/** Bybit's list of linear swaps, with the category that the recording lacks; the other lists are empty. */
function bybitMarkets(recording: unknown): Dialect["markets"] {
  const { result, ...rest } = z.looseObject({ result: z.looseObject({}) }).parse(recording);
  const path = "/v5/market/instruments-info";
  return {
    [path]: { retCode: 0, result: { category: "spot", list: [] } },
    [`${path}?category=linear`]: { ...rest, result: { ...result, category: "linear" } },
  };
}

const recorded: readonly Recorded[] = [
  {
    exchange: "binance",
    symbol: "BTC/USDT",
    interval: "1d",
    file: "binance/spot/http_json/klines_response.json",
    dialect: binance,
    from: "2017-07-03",
    bars: [[Date.UTC(2017, 6, 4), 0.0163479, 0.8, 0.015758, 0.015771, 148976.11427815]],
  },
  {
    exchange: "coinbase",
    symbol: "BTC/USD",
    interval: "1h",
    file: "coinbase/http_candles.json",
    dialect: coinbase,
    from: "2024-04-04",
    bars: [
      [Date.UTC(2024, 3, 4, 1), 65984.18, 66387.77, 65857.35, 66314.59, 358.74851052],
      [Date.UTC(2024, 3, 4, 2), 66312.4, 66331.99, 66055.14, 66181.6, 355.82896243],
    ],
  },
  {
    exchange: "bybit",
    symbol: "BTC/USDT:USDT",
    interval: "1m",
    file: "bybit/http_get_klines_linear.json",
    dialect: bybit,
    from: "2024-03-08",
    bars: [[1_709_891_679_000 + 60_000, 27450, 27460, 27440, 27455, 123.45]],
  },
];

test.skipIf(!isThere).each(recorded)(
  "a recorded answer of $exchange becomes bars",
  async ({ exchange, symbol, interval, file, dialect, from, bars }) => {
    const fixtures = "exchange_fixtures_nautilus/";
    const markets = exchange === "bybit" ? bybitMarkets(read(`${fixtures}bybit/http_get_instruments_linear.json`)) : dialect.markets;
    const body = JSON.stringify(read(fixtures + file));
    const now = bars.at(-1)![0]! + 30_000;
    const server = await startFakeExchange({
      dialect: { ...dialect, markets },
      candles: [],
      faults: { 0: { status: 200, text: body } },
      now: () => now,
    });
    const context = { clock: manualClock(now), random: new Random(1), signal: new AbortController().signal, wait: async () => {} };
    const imported = await loadSource(ccxt, { exchange, symbol, interval, from, baseUrl: server.baseUrl }, context);
    await server.close();
    const { closeTime, open, high, low, close, volume } = imported.bars;
    expect(Array.from(closeTime, (time, row) => [time, open[row], high[row], low[row], close[row], volume[row]])).toEqual(bars);
    expect(imported.report.rows).toMatchObject({ kept: bars.length, quarantined: 0 });
  },
);
