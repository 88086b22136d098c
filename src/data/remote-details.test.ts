import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { manualClock, Random } from "../base/index.ts";
import { type LoadContext, loadSource } from "./source.ts";
import { sources } from "./sources/index.ts";
import { type FakeReply, type FakeRequest, type ScriptedServer, scriptedServer } from "./testing/scripted-server.ts";
import { actionsOf, laterSplits, ratioOfDecimal, undoSplits } from "./vendors/company-events.ts";
import { marketHours } from "./vendors/market-hours.ts";

// What is peculiar to each vendor; what they have in common is in remote-sources.test.ts.

const now = Date.parse("2024-03-25T12:00:00Z");
const servers: ScriptedServer[] = [];

beforeEach(() => {
  for (const name of [
    "APCA_API_KEY_ID",
    "APCA_API_SECRET_KEY",
    "MASSIVE_API_KEY",
    "ALPHA_VANTAGE_API_KEY",
    "TWELVE_DATA_API_KEY",
    "FINNHUB_API_KEY",
  ]) {
    vi.stubEnv(name, `${name} of nobody`);
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) await server.close();
});

/** Loads from a source that speaks to a server with these replies. */
async function loadFrom(
  name: keyof typeof sources,
  reply: (request: FakeRequest) => FakeReply,
  params: Record<string, unknown>,
  other: Partial<LoadContext> = {},
) {
  const clock = manualClock(now);
  const server = await scriptedServer(reply, clock.now);
  servers.push(server);
  const wait = (ms: number) => {
    clock.set(clock.now() + ms);
    return Promise.resolve();
  };
  const context = { clock, random: new Random(1), signal: new AbortController().signal, wait, ...other };
  const work = loadSource(sources[name], { baseUrl: server.baseUrl, requestsPerMinute: 100_000, ...params }, context);
  return { ...(await work), requests: server.requests };
}

const iso = (times: Iterable<number>) => Array.from(times, (time) => new Date(time).toISOString().slice(0, 16));

const fixtures = fileURLToPath(new URL("../../../shared/data/alpaca_fixtures/http_responses.json", import.meta.url));
const isThere = existsSync(fixtures);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so Alpaca's recorded answers are not read.");

interface Fixture {
  readonly test: string;
  readonly body: unknown;
}

test.skipIf(!isThere)("Alpaca's recorded answers: a page with a next one, an empty one, newest first, several symbols", async () => {
  const recorded = (JSON.parse(readFileSync(fixtures, "utf8")) as { fixtures: Fixture[] }).fixtures;
  const bodyOf = (name: string) => recorded.find(({ test: title }) => title.endsWith(`::${name}`))!.body;
  const served =
    (...names: string[]) =>
    () => ({ json: bodyOf(names.shift()!) });
  const params = { from: "2022-01-01", actions: false };
  const apple = await loadFrom("alpaca", served("test_get_bars", "test_get_bars_single_empty_response"), { ...params, symbol: "AAPL" });
  expect(iso(apple.bars.closeTime)).toEqual(["2022-02-01T21:00", "2022-02-02T21:00"]);
  expect([...apple.bars.close]).toEqual([174.61, 175.84]);
  expect([...apple.bars.volume]).toEqual([85_998_033, 84_817_432]);
  expect(apple.requests[1]!.url.searchParams.get("page_token")).toBe("QUFQTHxEfDIwMjItMDItMDJUMDU6MDA6MDAuMDAwMDAwMDAwWg==");
  const tesla = await loadFrom("alpaca", served("test_get_bars_desc", "test_get_bars_single_empty_response"), {
    ...params,
    symbol: "TSLA",
  });
  expect(iso(tesla.bars.closeTime)).toEqual(["2023-09-25T20:00", "2023-09-26T20:00", "2023-09-27T20:00"]);
  expect(tesla.bars.instrument.tickSize).toBe(0.0001);
  const both = await loadFrom("alpaca", served("test_multisymbol_get_bars"), { ...params, symbol: "TSLA" });
  expect([...both.bars.open]).toEqual([839]);
  await expect(loadFrom("alpaca", served("test_get_bars_multi_empty_response"), { ...params, symbol: "AAPL" })).rejects.toMatchObject({
    code: "data/empty",
  });
});

test("Alpaca's coins have another address, no corporate actions, and days of UTC", async () => {
  const bar = (t: string, c: number) => ({ t, o: 100, h: 120, l: 90, c, v: 0.5 });
  const { bars, actions, requests } = await loadFrom(
    "alpaca",
    () => ({
      json: {
        bars: { "BTC/USD": [bar("2024-03-23T00:00:00Z", 101.5), bar("2024-03-24T00:00:00Z", 102.25), bar("2024-03-25T00:00:00Z", 103)] },
      },
    }),
    { symbol: "BTC/USD", from: "2024-03-23" },
  );
  expect(requests.map(({ url }) => url.pathname)).toEqual(["/v1beta3/crypto/us/bars"]);
  expect(iso(bars.closeTime)).toEqual(["2024-03-24T00:00", "2024-03-25T00:00"]); // Monday has not closed.
  expect(actions).toEqual([]);
});

test("Massive's links are followed on the base address alone, and never in a circle", async () => {
  const result = (t: number) => ({ t, o: 1, h: 2, l: 1, c: 2, v: 3 });
  const first = Date.parse("2024-03-20T04:00:00Z");
  const served =
    (link: string) =>
    ({ url }: FakeRequest) =>
      url.searchParams.get("cursor") === null
        ? { json: { status: "OK", results: [result(first)], next_url: link } }
        : { json: { status: "OK", results: [result(first + 86_400_000)], ...(link.includes("circle") && { next_url: link }) } };
  const params = { symbol: "AAPL", actions: false };
  const { bars, requests } = await loadFrom("massive", served("https://evil.example/v2/aggs/more?cursor=2&apiKey=leak"), params);
  expect(bars.close).toHaveLength(2);
  expect(requests[1]!.url.pathname + requests[1]!.url.search).toBe("/v2/aggs/more?cursor=2");
  await expect(loadFrom("massive", served("https://api.massive.com/circle?cursor=9"), params)).rejects.toMatchObject({
    code: "data/vendor-answer",
  });
});

test("Massive's splits and dividends are asked for at their new address where the old one has gone", async () => {
  const { actions, requests } = await loadFrom(
    "massive",
    ({ url }) => {
      if (url.pathname.startsWith("/v3/")) return { status: 404, json: { status: "NOT_FOUND", message: "gone" } };
      if (url.pathname === "/stocks/v1/splits")
        return { json: { results: [{ execution_date: "2024-03-20", split_from: 1, split_to: 4 }] } };
      if (url.pathname === "/stocks/v1/dividends") return { json: { results: [{ ex_dividend_date: "2024-03-21", cash_amount: 0.5 }] } };
      const results = [18, 19, 20, 21].map((day) => ({ t: Date.parse(`2024-03-${day}T04:00:00Z`), o: 1, h: 2, l: 1, c: 2, v: 3 }));
      return { json: { status: "OK", results } };
    },
    { symbol: "AAPL" },
  );
  expect(actions).toEqual([
    { kind: "split", timeMs: Date.parse("2024-03-20T04:00:00Z"), numerator: 4, denominator: 1 },
    { kind: "dividend", timeMs: Date.parse("2024-03-21T04:00:00Z"), amount: 0.5 },
  ]);
  expect(requests.map(({ url }) => url.pathname.slice(0, 14))).toContain("/stocks/v1/spl");
});

test("Twelve Data cuts off what is older than five thousand rows: such a stretch is asked for in halves", async () => {
  const start = Date.parse("2024-03-18T00:00:00Z");
  const all = Array.from({ length: 7000 }, (_, minute) => new Date(start + minute * 60_000).toISOString().slice(0, 19).replace("T", " "));
  const { bars, requests } = await loadFrom(
    "twelve-data",
    ({ url }) => {
      const [from, to] = [url.searchParams.get("start_date") ?? "", url.searchParams.get("end_date") ?? "9"];
      const values = all
        .filter((text) => text >= from && text <= to)
        .slice(-Number(url.searchParams.get("outputsize")))
        .map((datetime) => ({ datetime, open: "1", high: "2", low: "1", close: "2", volume: "7" }));
      return { json: { meta: { exchange_timezone: "Europe/Berlin", currency: "EUR", type: "Common Stock" }, values, status: "ok" } };
    },
    { symbol: "SAP", interval: "1m", from: "2024-03-18", actions: false },
  );
  expect(bars.close).toHaveLength(7000);
  expect(bars.instrument.currency).toBe("EUR");
  expect(requests.length).toBeGreaterThan(3);
});

test.each([
  ["EUR/USD", "Physical Currency", "USD", undefined],
  ["BTC/EUR", "Digital Currency", "EUR", "always"],
])("Twelve Data's pair %s is a %s in %s without volume", async (symbol, type, currency, calendar) => {
  const { bars, report } = await loadFrom(
    "twelve-data",
    () => ({
      json: {
        meta: { symbol, type },
        values: ["2024-03-21", "2024-03-22"].map((datetime) => ({ datetime, open: "1.1", high: "1.2", low: "1.0", close: "1.15" })),
        status: "ok",
      },
    }),
    { symbol },
  );
  expect(iso(bars.closeTime)).toEqual(["2024-03-22T00:00", "2024-03-23T00:00"]);
  expect([...bars.volume]).toEqual([0, 0]);
  expect(bars.instrument.currency).toBe(currency);
  expect(report.gaps.calendar).toBe(calendar);
});

const dailySeries = (days: readonly string[]) => ({
  json: {
    "Meta Data": { "2. Symbol": "IBM", "5. Time Zone": "US/Eastern" },
    "Time Series (Daily)": Object.fromEntries(
      days.map((day) => [
        day,
        {
          "1. open": "100",
          "2. high": "120",
          "3. low": "80",
          "4. close": "100",
          "5. adjusted close": "50",
          "6. volume": "9",
          "7. dividend amount": "0",
          "8. split coefficient": "1",
        },
      ]),
    ),
  },
});

test("Alpha Vantage is asked for a hundred days where no more are wanting, and restates by the adjusted close", async () => {
  const asked = async (params: Record<string, unknown>, other: Partial<LoadContext> = {}) => {
    const { requests } = await loadFrom(
      "alpha-vantage",
      () => dailySeries(["2024-03-22", "2024-03-21"]),
      { symbol: "IBM", actions: false, ...params },
      other,
    );
    return requests[0]!.url.searchParams.get("outputsize");
  };
  expect(await asked({})).toBe("full");
  expect(await asked({ history: "compact" })).toBe("compact");
  expect(await asked({}, { after: Date.parse("2024-03-20T20:00:00Z") })).toBe("compact");
  expect(await asked({}, { after: Date.parse("2023-03-20T20:00:00Z") })).toBe("full");
  const { bars, requests } = await loadFrom("alpha-vantage", () => dailySeries(["2024-03-22"]), { symbol: "IBM", adjustment: "all" });
  expect(requests.map(({ url }) => url.searchParams.get("function"))).toEqual(["TIME_SERIES_DAILY_ADJUSTED"]);
  expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([50, 60, 40, 50, 9]);
});

test("Alpha Vantage is asked for the newest months within the day where nothing is said, as each is a request", async () => {
  const { requests } = await loadFrom(
    "alpha-vantage",
    () => ({
      json: {
        "Meta Data": { "6. Time Zone": "US/Eastern" },
        "Time Series (5min)": {
          "2024-03-22 15:55:00": { "1. open": "1", "2. high": "2", "3. low": "1", "4. close": "2", "5. volume": "3" },
        },
      },
    }),
    { symbol: "IBM", interval: "5m", actions: false },
  );
  expect(requests.map(({ url }) => url.searchParams.get("month"))).toEqual(["2024-02", "2024-03"]);
});

test.each([
  ["IBM", "2024-03-22T20:00"],
  ["BRK.B", "2024-03-22T20:00"],
  ["TSCO.LON", "2024-03-22T16:30"],
  ["MBG.DEX", "2024-03-23T00:00"],
])("Alpha Vantage's %s closes at %s", async (symbol, close) => {
  const { bars } = await loadFrom("alpha-vantage", () => dailySeries(["2024-03-22"]), { symbol, actions: false });
  expect(iso(bars.closeTime)).toEqual([close]);
});

test("Finnhub stamps days with the midnight of UTC or of the exchange: both are the day", async () => {
  const at = ["2024-03-20T00:00:00Z", "2024-03-21T04:00:00Z", "2024-03-22T00:00:00Z"].map((text) => Date.parse(text) / 1000);
  const candles = { s: "ok", t: at, o: [1, 1, 1], h: [2, 2, 2], l: [1, 1, 1], c: [2, 2, 2], v: [5, 6, 7] };
  const { bars } = await loadFrom("finnhub", () => ({ json: candles }), {
    symbol: "AAPL",
    adjustment: "split",
    actions: false,
    from: "2024-03-20",
  });
  expect(iso(bars.closeTime)).toEqual(["2024-03-20T20:00", "2024-03-21T20:00", "2024-03-22T20:00"]);
  const tokyo = { s: "ok", t: [Date.parse("2024-03-21T15:00:00Z") / 1000], o: [1], h: [2], l: [1], c: [2], v: [5] };
  const toyota = await loadFrom("finnhub", () => ({ json: tokyo }), {
    symbol: "7203.T",
    adjustment: "split",
    actions: false,
    from: "2024-03-20",
  });
  expect(iso(toyota.bars.closeTime)).toEqual(["2024-03-22T06:00"]);
});

test.each([
  [{ actions: false }, "actions"],
  [{ interval: "5m", adjustment: "split" }, "adjustment"],
])("Finnhub cannot give %j", async (params, path) => {
  await expect(loadFrom("finnhub", () => ({ json: [] }), { symbol: "AAPL", ...params })).rejects.toMatchObject({
    code: "config/invalid",
    path,
  });
});

/** A chart with bars at these times, as Yahoo tells it. */
const chartOf = (meta: Record<string, unknown>, stamps: readonly string[]) => ({
  json: {
    chart: {
      result: [
        {
          meta: { currency: "EUR", instrumentType: "EQUITY", ...meta },
          timestamp: stamps.map((text) => Date.parse(text) / 1000),
          indicators: {
            quote: [
              {
                open: stamps.map(() => 10),
                high: stamps.map(() => 11),
                low: stamps.map(() => 9),
                close: stamps.map(() => 10.5),
                volume: stamps.map(() => 3),
              },
            ],
          },
        },
      ],
      error: null,
    },
  },
});

test.each([
  ["Europe/Berlin", "EQUITY", "2024-03-22T08:00:00Z", undefined, "2024-03-23T00:00"],
  ["Europe/London", "EQUITY", "2024-03-22T08:00:00Z", undefined, "2024-03-22T16:30"],
  ["Asia/Tokyo", "EQUITY", "2024-03-22T00:00:00Z", undefined, "2024-03-22T06:00"],
  ["Australia/Sydney", "EQUITY", "2024-03-21T23:00:00Z", undefined, "2024-03-23T00:00"],
  ["America/New_York", "FUTURE", "2024-03-22T04:00:00Z", undefined, "2024-03-23T00:00"],
  ["America/New_York", "EQUITY", "2024-03-22T13:30:00Z", "none", "2024-03-23T00:00"],
  ["UTC", "CRYPTOCURRENCY", "2024-03-22T00:00:00Z", undefined, "2024-03-23T00:00"],
])("Yahoo's day of %s (%s), stamped %s, closes at %4$s", async (exchangeTimezoneName, instrumentType, stamp, calendar, close) => {
  const { bars } = await loadFrom("yahoo", () => chartOf({ exchangeTimezoneName, instrumentType }, [stamp]), {
    symbol: "X",
    from: "2024-03-22",
    to: "2024-03-22",
    ...(calendar !== undefined && { calendar }),
  });
  expect(iso(bars.closeTime)).toEqual([close]);
  expect(bars.instrument.currency).toBe("EUR");
});

test("the last quote of a day, which Yahoo hangs behind its bars, is no bar", async () => {
  const close = Date.parse("2024-03-22T20:00:00Z") / 1000;
  const meta = { exchangeTimezoneName: "America/New_York", currentTradingPeriod: { regular: { start: close - 23_400, end: close } } };
  const stamps = ["2024-03-22T19:50:00Z", "2024-03-22T19:55:00Z", "2024-03-22T20:00:00Z"];
  const { bars } = await loadFrom("yahoo", () => chartOf(meta, stamps), { symbol: "X", interval: "5m", from: "2024-03-22" });
  expect(iso(bars.closeTime)).toEqual(["2024-03-22T19:55", "2024-03-22T20:00"]);
});

test("events: ratios in whole numbers, each event once, and dividends of the shares of their day", () => {
  const hours = marketHours("nyse", undefined);
  const splits = [
    { day: "2020-08-31", numerator: 4, denominator: 1 },
    { day: "2020-08-31", numerator: 4, denominator: 1 },
    { day: "2021-05-03", numerator: 1.5, denominator: 1 },
    { day: "2022-05-03", numerator: 1, denominator: 1 },
    { day: "2023-05-03", numerator: 0, denominator: 1 },
  ];
  const dividends = [
    { day: "2020-08-07", amount: 0.82 },
    { day: "2021-05-07", amount: 0.22 },
    { day: "2021-08-06", amount: 0 },
    { day: "2021-05-07", amount: 0.22 },
  ];
  expect(actionsOf({ splits, dividends }, "raw", hours)).toEqual([
    { kind: "dividend", timeMs: Date.parse("2020-08-07T04:00:00Z"), amount: 0.82 },
    { kind: "split", timeMs: Date.parse("2020-08-31T04:00:00Z"), numerator: 4, denominator: 1 },
    { kind: "split", timeMs: Date.parse("2021-05-03T04:00:00Z"), numerator: 3, denominator: 2 },
    { kind: "dividend", timeMs: Date.parse("2021-05-07T04:00:00Z"), amount: 0.22 },
  ]);
  expect(actionsOf({ splits, dividends }, "split", hours)).toMatchObject([{ amount: 0.82 / 6 }, { amount: 0.22 }]);
  expect(actionsOf({ splits, dividends }, "all", hours)).toEqual([]);
  expect(laterSplits(splits)("2020-08-31")).toBe(1.5);
  const row = {
    time: Date.parse("2020-08-28"),
    open: Math.fround(500 / 6),
    high: null,
    low: undefined,
    close: Math.fround(499.23 / 6),
    volume: 600,
  };
  expect(undoSplits([row, { ...row, time: NaN }], splits, (time) => new Date(time).toISOString().slice(0, 10))).toEqual([
    { ...row, open: 500, close: 499.23, volume: 100 },
    { ...row, time: NaN },
  ]);
});

test.each([
  ["4.0000", 4, 1],
  ["0.3333", 1, 3],
  ["0.0667", 1, 15],
  ["1.5", 3, 2],
  ["1.281", 1281, 1000],
  ["2", 2, 1],
])("a split factor of %s is %i for %i", (text, numerator, denominator) => {
  expect(ratioOfDecimal(text)).toEqual({ numerator, denominator });
});
