import { type FakeReply, type FakeRequest, type Fault, scriptedServer } from "./scripted-server.ts";

/** A candle of the exchange: time of its opening in ms, then open, high, low, close and volume, as the exchange writes them. */
export type ExchangeCandle = readonly [openTime: number, open: string, high: string, low: string, close: string, volume: string];

/** Questions for candles as an exchange understands them, times in ms; `until` is exclusive. */
interface CandleQuestion {
  readonly intervalMs: number;
  readonly since: number;
  readonly until: number;
  readonly limit: number;
}

/** The words of one exchange, as its documentation has them. */
export interface Dialect {
  /** Answers to what a client asks before it asks for candles: by a part of the address, the longest that fits. */
  readonly markets: Readonly<Record<string, unknown>>;
  /** Path of the candles. */
  readonly candlesPath: string;
  question(url: URL): CandleQuestion;
  answer(candles: readonly ExchangeCandle[]): unknown;
}

/** What goes wrong with one question for candles: on the way, or with the rows, which come out of order or twice. */
export type ExchangeFault = Fault | "shuffled" | "repeated";

/** What an exchange has and how it misbehaves. */
export interface ExchangeScript {
  readonly dialect: Dialect;
  readonly candles: readonly ExchangeCandle[];
  /** By the number of the question for candles, from 0. */
  readonly faults?: Readonly<Record<number, ExchangeFault>> | undefined;
  /** The time, ms, UTC: no candle opens later. */
  readonly now: () => number;
  /** What the head of every answer says of the time, ms, UTC; the machine's unless given. */
  readonly date?: number | undefined;
}

/** An exchange on loopback. */
export interface FakeExchange {
  readonly baseUrl: string;
  /** When it was asked for candles, ms, UTC. */
  readonly askedAt: () => readonly number[];
  /** The paths of everything that it was asked. */
  readonly paths: () => readonly string[];
  close(): Promise<void>;
}

/** Starts an exchange with a script; it listens on a port of its own. */
export async function startFakeExchange({ dialect, candles, faults = {}, now, date }: ExchangeScript): Promise<FakeExchange> {
  const headers = date === undefined ? {} : { date: new Date(date).toUTCString() };
  const asksForCandles = ({ url }: FakeRequest) => url.pathname.includes(dialect.candlesPath);
  let questions = 0;
  let fault: ExchangeFault | undefined;
  const reply = (request: FakeRequest): FakeReply => {
    if (!asksForCandles(request)) return { headers, ...marketsReply(request, dialect) };
    const known = candles.filter(([time]) => time <= now());
    return { headers, json: dialect.answer(disturbed(answerOf(dialect.question(request.url), known), fault)) };
  };
  const server = await scriptedServer(reply, now, (request) => {
    if (!asksForCandles(request)) return undefined;
    fault = faults[questions++];
    return fault === "shuffled" || fault === "repeated" ? undefined : fault;
  });
  return {
    baseUrl: server.baseUrl,
    askedAt: () => server.requests.filter(asksForCandles).map(({ at }) => at),
    paths: () => server.requests.map(({ url }) => url.pathname),
    close: () => server.close(),
  };
}

function marketsReply({ url }: FakeRequest, { markets }: Dialect): FakeReply {
  const paths = Object.keys(markets).filter((path) => (url.pathname + url.search).includes(path));
  const path = paths.toSorted((left, right) => right.length - left.length)[0];
  return path === undefined ? { status: 404, json: {} } : { json: markets[path] };
}

const answerOf = ({ intervalMs, since, until, limit }: CandleQuestion, known: readonly ExchangeCandle[]): ExchangeCandle[] =>
  aggregate(known, intervalMs)
    .filter(([time]) => time >= since && time < until)
    .slice(0, limit);

function disturbed(candles: readonly ExchangeCandle[], fault: ExchangeFault | undefined): readonly ExchangeCandle[] {
  const rank = ([time]: ExchangeCandle) => ((time / 60_000) * 7) % 5;
  if (fault === "shuffled") return candles.toSorted((left, right) => rank(left) - rank(right) || right[0] - left[0]);
  return fault === "repeated" ? candles.flatMap((each) => [each, each]) : candles;
}

/** Candles of a longer interval; only their times matter to whoever asks for days to find his way. */
function aggregate(candles: readonly ExchangeCandle[], intervalMs: number): ExchangeCandle[] {
  if (intervalMs < 86_400_000) return [...candles];
  const days = Map.groupBy(candles, ([time]) => Math.floor(time / intervalMs) * intervalMs);
  return [...days].map(([time, [first]]) => [time, ...first!.slice(1)] as unknown as ExchangeCandle);
}

const numberOf = (url: URL, name: string, otherwise: number): number => {
  const text = url.searchParams.get(name);
  return text === null ? otherwise : Number(text);
};

const minute = 60_000;
const binanceUnits: Readonly<Record<string, number>> = { m: minute, h: 60 * minute, d: 1440 * minute };

/** Binance's spot market: candles from a time on, the oldest first, at most a thousand. */
export const binance: Dialect = {
  markets: {
    "/api/v3/exchangeInfo": {
      timezone: "UTC",
      serverTime: 0,
      rateLimits: [],
      exchangeFilters: [],
      symbols: [
        {
          symbol: "BTCUSDT",
          status: "TRADING",
          baseAsset: "BTC",
          baseAssetPrecision: 8,
          quoteAsset: "USDT",
          quotePrecision: 8,
          quoteAssetPrecision: 8,
          orderTypes: ["LIMIT", "MARKET"],
          icebergAllowed: true,
          ocoAllowed: true,
          isSpotTradingAllowed: true,
          isMarginTradingAllowed: true,
          filters: [
            { filterType: "PRICE_FILTER", minPrice: "0.01000000", maxPrice: "1000000.00000000", tickSize: "0.01000000" },
            { filterType: "LOT_SIZE", minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
          ],
          permissions: [],
          permissionSets: [["SPOT"]],
        },
      ],
    },
    "/fapi/v1/exchangeInfo": { symbols: [] },
    "/dapi/v1/exchangeInfo": { symbols: [] },
  },
  candlesPath: "/api/v3/klines",
  question(url) {
    const interval = url.searchParams.get("interval")!;
    return {
      intervalMs: Number(interval.slice(0, -1)) * binanceUnits[interval.slice(-1)]!,
      since: numberOf(url, "startTime", 0),
      until: numberOf(url, "endTime", Infinity) + 1,
      limit: Math.min(numberOf(url, "limit", 500), 1000),
    };
  },
  answer: (candles) =>
    candles.map(([time, open, high, low, close, volume]) => [
      time,
      open,
      high,
      low,
      close,
      volume,
      time + minute - 1,
      "0",
      1,
      "0",
      "0",
      "0",
    ]),
};

const granularity: Readonly<Record<string, number>> = { ONE_MINUTE: minute, FIVE_MINUTE: 5 * minute, ONE_DAY: 1440 * minute };

/** Coinbase Advanced Trade: candles of a window of time, the newest first. */
export const coinbase: Dialect = {
  markets: {
    "/v2/currencies": { data: [] },
    "/v2/exchange-rates": { data: { currency: "USD", rates: {} } },
    "/market/products": {
      products: [
        {
          product_id: "BTC-USD",
          price: "68925.98",
          base_increment: "0.00000001",
          quote_increment: "0.01",
          quote_min_size: "1",
          quote_max_size: "150000000",
          base_min_size: "0.00000001",
          base_max_size: "3400",
          base_name: "Bitcoin",
          quote_name: "US Dollar",
          status: "online",
          trading_disabled: false,
          product_type: "SPOT",
          quote_currency_id: "USD",
          base_currency_id: "BTC",
          price_increment: "0.01",
          display_name: "BTC-USD",
        },
      ],
      num_products: 1,
    },
  },
  candlesPath: "/candles",
  question: (url) => ({
    intervalMs: granularity[url.searchParams.get("granularity")!]!,
    since: numberOf(url, "start", 0) * 1000,
    until: numberOf(url, "end", Infinity) * 1000,
    limit: 350,
  }),
  answer: (candles) => ({
    candles: candles.toReversed().map(([time, open, high, low, close, volume]) => ({
      start: String(time / 1000),
      low,
      high,
      open,
      close,
      volume,
    })),
  }),
};

/** Kraken: the last 720 candles, however much earlier the time asked for, and the one that is not finished. */
export const kraken: Dialect = {
  markets: {
    "/0/public/Assets": {
      error: [],
      result: {
        XXBT: { aclass: "currency", altname: "XBT", decimals: 10, display_decimals: 5, status: "enabled" },
        ZUSD: { aclass: "currency", altname: "USD", decimals: 4, display_decimals: 2, status: "enabled" },
      },
    },
    "/0/public/AssetPairs": {
      error: [],
      result: {
        XXBTZUSD: {
          altname: "XBTUSD",
          wsname: "XBT/USD",
          aclass_base: "currency",
          base: "XXBT",
          aclass_quote: "currency",
          quote: "ZUSD",
          lot: "unit",
          pair_decimals: 1,
          lot_decimals: 8,
          lot_multiplier: 1,
          leverage_buy: [],
          leverage_sell: [],
          fees: [[0, 0.4]],
          fees_maker: [[0, 0.25]],
          fee_volume_currency: "ZUSD",
          ordermin: "0.0001",
          status: "online",
          tick_size: "0.1",
        },
      },
    },
  },
  candlesPath: "/0/public/OHLC",
  question: (url) => ({
    intervalMs: numberOf(url, "interval", 1) * minute,
    since: numberOf(url, "since", 0) * 1000 + 1,
    until: Infinity,
    limit: Infinity,
  }),
  answer: (candles) => {
    const last = candles.slice(-720);
    return {
      error: [],
      result: {
        XXBTZUSD: last.map(([time, open, high, low, close, volume]) => [time / 1000, open, high, low, close, close, volume, 1]),
        last: (last.at(-2)?.[0] ?? 0) / 1000,
      },
    };
  },
};

/** Bitstamp: candles of a window of time, the oldest first. */
export const bitstamp: Dialect = {
  markets: {
    "/v2/markets": [
      {
        name: "BTC/USD",
        market_symbol: "btcusd",
        base_currency: "BTC",
        base_decimals: 8,
        counter_currency: "USD",
        counter_decimals: 0,
        minimum_order_value: "10",
        trading: "Enabled",
        instant_order_counter_decimals: 2,
        instant_and_market_orders: "Enabled",
        description: "Bitcoin / U.S. dollar",
        market_type: "SPOT",
      },
    ],
    "/v2/currencies": [],
  },
  candlesPath: "/v2/ohlc",
  question: (url) => ({
    intervalMs: numberOf(url, "step", 60) * 1000,
    since: numberOf(url, "start", 0) * 1000,
    until: numberOf(url, "end", Infinity) * 1000 + 1,
    limit: Math.min(numberOf(url, "limit", 1000), 1000),
  }),
  answer: (candles) => ({
    data: {
      pair: "BTC/USD",
      ohlc: candles.map(([time, open, high, low, close, volume]) => ({ timestamp: String(time / 1000), open, high, low, close, volume })),
    },
  }),
};
