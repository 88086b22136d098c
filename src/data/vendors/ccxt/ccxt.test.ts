import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ImportedBars } from "../../read-bars-file.ts";
import { joinPages } from "../../remote-source.ts";
import type { BarPage } from "../../source.ts";
import {
  closedBy,
  exchangeDownload,
  minute,
  rowsOf,
  type Scene,
  start,
  type Venue,
  venueOf,
  venues,
  walk,
} from "../../testing/exchange-scene.ts";
import type { ExchangeFault, FakeExchange } from "../../testing/fake-exchange.ts";
import { refusal } from "../../testing/refusal.ts";

// The exchanges' own classes of ccxt, over HTTP, against servers that speak as the exchanges' documentation has it.

const servers: FakeExchange[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function download(venue: Venue, scene?: Scene) {
  const prepared = await exchangeDownload(venue, scene);
  servers.push(prepared.server);
  return prepared;
}

describe.each(venues)("$exchange", (venue) => {
  const keepsAll = venue.exchange !== "kraken";

  test("gives every closed candle once, page after page, keyed by its close; minutes without trades are gaps", async () => {
    const minutes = keepsAll ? 2300 : 700;
    const { load, server, clock } = await download(venue, { minutes });
    const imported = await load();
    expect(rowsOf(imported)).toEqual(closedBy(walk(minutes + 1), clock.now()));
    expect(imported.bars.instrument).toMatchObject({ symbol: venue.symbol, currency: venue.symbol.slice(4), tickSize: venue.tickSize });
    expect(imported.report.gaps).toMatchObject({ calendar: "always", unexpectedBars: 2 * Math.floor(minutes / 97) });
    expect(imported.report.rows.quarantined).toBe(0);
    expect(imported.lineage.file).toBe(`ccxt: ${venue.exchange} ${venue.symbol} 1m raw`);
    expect(server.askedAt().length).toBeGreaterThan(keepsAll ? 2 : 0);
  });

  test("goes on after the bars that are stored already", async () => {
    const { load, clock, server } = await download(venue, { after: start + 500 * minute });
    const imported = await load();
    expect(rowsOf(imported)).toEqual(closedBy(walk(701), clock.now()).filter(([time]) => time! > start + 500 * minute));
    expect(server.askedAt().length).toBe(1);
  });

  const page429: ExchangeFault = { status: 429, text: "<html>Too Many Requests</html>", headers: { "retry-after": "7" } };
  const faults: Readonly<Record<string, ExchangeFault>> = {
    "a 429 with Retry-After": page429,
    "a 429 without it": { status: 429, text: "{}" },
    "a ban of half a minute (418)": { status: 418, text: '{"code":-1003,"msg":"banned"}', headers: { "retry-after": "30" } },
    "a 503": { status: 503, text: "Service Unavailable" },
    "an HTML page in a 200": { status: 200, text: "<!DOCTYPE html><html><body>Just a moment</body></html>" },
    "an empty 200": { status: 200, text: "" },
    "a dropped socket": "drop",
    "JSON cut off": "truncate",
    "a connection that ends in the middle": "cut",
    "rows out of order": "shuffled",
    "rows repeated": "repeated",
    "no answer at all": "hang",
  };
  let smooth: ImportedBars;
  beforeAll(async () => {
    smooth = await (await download(venue)).load();
  });
  test.each(Object.entries(faults))("bears %s: the bars are those of an uninterrupted download", async (_name, fault) => {
    const { load, server, waits } = await download(venue, { faults: { 0: fault } });
    const imported = await load();
    expect(imported.bars).toEqual(smooth.bars);
    expect(imported.lineage.sha256).toBe(smooth.lineage.sha256);
    const isAskedAgain = fault !== "shuffled" && fault !== "repeated";
    if (fault === "repeated") expect(imported.report.rows.dropped).toBeGreaterThan(100);
    else expect(server.askedAt().length - (isAskedAgain ? 1 : 0)).toBe(venue.exchange === "coinbase" ? 3 : 1);
    if (fault === page429) expect(waits).toContain(7000);
  });

  test("gives up after six attempts, and says so", async () => {
    const { load, server } = await download(venue, { faults: Object.fromEntries([0, 1, 2, 3, 4, 5].map((index) => [index, "drop"])) });
    expect(await refusal(load())).toMatchObject({ code: "data/vendor-unreachable", path: venue.exchange });
    expect(server.askedAt().length).toBe(6);
  });

  test("keeps between requests the time that the exchange asks for, by the clock", async () => {
    const { load, server } = await download(venue, { params: { requestsPerMinute: 30 }, faults: { 0: { status: 503, text: "" } } });
    await load();
    const times = server.askedAt();
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses.length).toBeGreaterThan(0);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2000);
  });

  test("names the markets near a symbol that it does not know", async () => {
    const { load } = await download(venue, { params: { symbol: "BTC/XYZ" } });
    const error = await refusal(load());
    expect(error).toMatchObject({ code: "data/vendor-refused", path: "symbol" });
    expect(error.hint).toContain(venue.symbol);
  });
});

const faultKinds: readonly ExchangeFault[] = [
  "drop",
  "truncate",
  "cut",
  "shuffled",
  "repeated",
  { status: 429, text: "{}" },
  { status: 502, text: "<html>" },
];

test("a download cut anywhere and gone on with gives the bars of an uninterrupted one, whatever goes wrong", async () => {
  const venue = venueOf("coinbase");
  const smooth = await (await download(venue)).load();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.constantFrom(...faultKinds)), { maxLength: 6 }), fc.nat(3), async (some, cutAfter) => {
      const faults = Object.fromEntries(some.flatMap((fault, index) => (fault ? [[index, fault]] : [])));
      const first = await download(venue, { faults });
      const parts: BarPage[] = [];
      for await (const page of first.pages()) if (parts.push(page) > cutAfter) break;
      const { closeTime, instrument } = joinPages("ccxt", parts).bars;
      const second = await download(venue, { after: closeTime.at(-1)!, instrument });
      for await (const page of second.pages()) parts.push(page);
      expect(joinPages("ccxt", parts).bars).toEqual(smooth.bars);
    }),
    { seed: 11, numRuns: 15 },
  );
});
