import { afterEach, describe, expect, test } from "vitest";
import { manualClock, Random } from "../../../base/index.ts";
import { type LoadContext, loadSource } from "../../source.ts";
import ccxt from "../../sources/ccxt.ts";
import { closedBy, exchangeDownload, minute, rowsOf, type Scene, start, type Venue, venueOf, walk } from "../../testing/exchange-scene.ts";
import { coinbase, type ExchangeCandle, type ExchangeFault, type FakeExchange } from "../../testing/fake-exchange.ts";
import { refusal } from "../../testing/refusal.ts";

// What exchanges refuse, what they send that cannot be right, and what is asked of them wrongly.

const servers: FakeExchange[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function download(venue: Venue, scene?: Scene) {
  const prepared = await exchangeDownload(venue, scene);
  servers.push(prepared.server);
  return prepared;
}

describe("an error in an answer", () => {
  const krakenError = (text: string): ExchangeFault => ({ status: 200, text: JSON.stringify({ error: [text] }) });

  test.each(["EGeneral:Too many requests", "EAPI:Rate limit exceeded", "EService:Unavailable", "EService:Busy"])(
    "Kraken's %s in a 200 is asked again",
    async (text) => {
      const smooth = await (await download(venueOf("kraken"))).load();
      const { load, server } = await download(venueOf("kraken"), { faults: { 0: krakenError(text), 1: krakenError(text) } });
      expect((await load()).bars).toEqual(smooth.bars);
      expect(server.askedAt().length).toBe(3);
    },
  );

  test("Kraken's refusal in a 200 is told at once", async () => {
    const { load, server } = await download(venueOf("kraken"), { faults: { 0: krakenError("EGeneral:Invalid arguments") } });
    expect(await refusal(load())).toMatchObject({ code: "data/vendor-refused" });
    expect(server.askedAt().length).toBe(1);
  });

  test("Binance's ban lasts longer than a download waits: the limit is told", async () => {
    const ban: ExchangeFault = {
      status: 418,
      text: '{"code":-1003,"msg":"Way too many requests; IP banned"}',
      headers: { "retry-after": "7200" },
    };
    const { load, server } = await download(venueOf("binance"), { faults: { 0: ban } });
    expect(await refusal(load())).toMatchObject({ code: "data/vendor-limit" });
    expect(server.askedAt().length).toBe(1);
  });

  test.each([
    [451, "binance", '{"code":0,"msg":"Service unavailable from a restricted location"}', "data/vendor-refused"],
    [401, "coinbase", '{"error":"UNAUTHENTICATED"}', "data/vendor-refused"],
    [400, "binance", '{"code":-1121,"msg":"Invalid symbol."}', "data/vendor-refused"],
    [404, "bitstamp", "Not found", "data/vendor-refused"],
  ] as const)("a %d of %s is not asked again", async (status, exchange, body, code) => {
    const { load, server } = await download(venueOf(exchange), { faults: { 0: { status, text: body } } });
    expect(await refusal(load())).toMatchObject({ code });
    expect(server.askedAt().length).toBe(1);
  });
});

test("candles that cannot be right are kept out and counted", async () => {
  const candles = walk(701).map((candle, index): ExchangeCandle => {
    if (index === 10) return [candle[0], candle[1], candle[3], candle[2], candle[4], candle[5]]; // High below low.
    if (index === 20) return [candle[0], candle[1], candle[2], candle[3], null as unknown as string, candle[5]];
    return candle;
  });
  const { load, clock } = await download(venueOf("binance"), { candles });
  const imported = await load();
  expect(imported.report.quarantined.byReason).toEqual({ "high-below-low": 1, "missing-value": 1 });
  const sound = closedBy(walk(701), clock.now()).filter((_, index) => index !== 10 && index !== 20);
  expect(rowsOf(imported)).toEqual(sound);
});

test("an exchange that keeps no older bars is told of", async () => {
  const { load } = await download(venueOf("kraken"), { params: { from: "2023-12-01" } });
  expect((await load()).report.notes.join()).toContain("kraken gave nothing from before 2024-01-05");
});

test("where our clock is ahead of the exchange's, the exchange's decides which candle has closed", async () => {
  const { load } = await download(venueOf("binance"), { minutes: 603, date: start + 600 * minute + 30_000 });
  expect((await load()).bars.closeTime.at(-1)).toBe(start + 600 * minute);
});

test("of a spot market only the list of spot markets is asked for", async () => {
  const { load, server } = await download(venueOf("binance"));
  await load();
  expect(new Set(server.paths())).toEqual(new Set(["/api/v3/exchangeInfo", "/api/v3/klines"]));
});

test("a lot that is too fine to count money in is made coarser", async () => {
  const products = coinbase.markets["/market/products"] as { readonly products: readonly object[] };
  const fine = { ...products, products: products.products.map((product) => ({ ...product, price_increment: "0.00001" })) };
  const dialect = { ...coinbase, markets: { ...coinbase.markets, "/market/products": fine } };
  const { load } = await download({ ...venueOf("coinbase"), dialect });
  expect((await load()).bars.instrument).toMatchObject({ tickSize: 1e-5, lotSize: 1e-5 });
});

test("an unknown exchange is refused with names that are near", async () => {
  const { load } = await download(venueOf("kraken"), { params: { exchange: "krakon" } });
  const error = await refusal(load());
  expect(error).toMatchObject({ code: "config/invalid", path: "exchange" });
  expect(error.hint).toContain("kraken, krakenfutures");
});

test("an interval that the exchange has not is refused with those that it has", async () => {
  const { load } = await download(venueOf("coinbase"), { params: { interval: "30m", exchange: "bitbns" } });
  expect((await refusal(load())).code).toMatch(/^data\/vendor-refused$/);
});

test("a stopped download ends with the signal's reason", async () => {
  const controller = new AbortController();
  const { server } = await download(venueOf("binance"), { faults: { 0: "hang" } });
  const context: LoadContext = { clock: manualClock(start + 700 * minute), random: new Random(1), signal: controller.signal };
  const work = loadSource(
    ccxt,
    { exchange: "binance", symbol: "BTC/USDT", interval: "1m", from: "2024-01-05", baseUrl: server.baseUrl },
    context,
  );
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(work).rejects.toThrow("enough");
});
