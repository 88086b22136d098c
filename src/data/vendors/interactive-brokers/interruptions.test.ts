import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../../base/index.ts";
import type { ImportedBars } from "../../read-bars-file.ts";
import { type LoadContext, loadSource } from "../../source.ts";
import interactiveBrokers from "../../sources/interactive-brokers.ts";
import { type FakeGateway, type GatewayFault } from "../../testing/fake-ib-gateway.ts";
import { closedIntraday, gatewayDownload, rowsOf, type Scene } from "../../testing/gateway-scene.ts";
import { refusal } from "../../testing/refusal.ts";

// A gateway that refuses, drops, forgets and restarts.

const gateways: FakeGateway[] = [];
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

async function download(scene?: Scene) {
  const prepared = await gatewayDownload(scene);
  gateways.push(prepared.gateway);
  return prepared;
}

describe("what goes wrong on the way", () => {
  const faults: Readonly<Record<string, Readonly<Record<number, GatewayFault>>>> = {
    "a dropped connection": { 1: "drop" },
    "a connection that ends in the middle of an answer": { 2: "half" },
    "the broker's own connection lost and restored (1100, 1102)": { 1: "lost" },
    "an answer that comes after the question was asked again": { 1: "late" },
    "a question that is never answered": { 0: "silent" },
    "an answer in crumbs": { 0: "crumbs", 3: "crumbs" },
    "warnings before an answer": { 0: "warned" },
    "a pacing violation (162)": {
      2: { code: 162, message: "Historical Market Data Service error message:Historical data request pacing violation" },
    },
    "a query that was lost (366)": { 1: { code: 366, message: "No historical data query found for ticker id:3" } },
    "a farm that is away (162)": {
      1: {
        code: 162,
        message: "Historical Market Data Service error message:HMDS server disconnect occurred.  Attempting reconnection...",
      },
    },
    "one thing after another": { 0: "drop", 1: "lost", 2: "half", 4: "silent", 6: "drop" },
  };
  let smooth: ImportedBars;
  beforeAll(async () => {
    smooth = await (await download()).load();
  });
  test.each(Object.entries(faults))("%s: the bars are those of an uninterrupted download", async (_name, byRequest) => {
    const { load, gateway, waits } = await download({ faults: byRequest });
    const imported = await load();
    expect(imported.bars).toEqual(smooth.bars);
    expect(imported.lineage.sha256).toBe(smooth.lineage.sha256);
    expect(imported.report).toEqual(smooth.report);
    expect(gateway.violations()).toBe(0);
    const failed = Object.values(byRequest).filter((fault) => fault !== "crumbs" && fault !== "warned").length;
    expect(gateway.history).toHaveLength(5 + failed);
    if (failed > 0) expect(Math.max(...waits)).toBeGreaterThan(1000);
    const newLine = Object.values(byRequest).filter((fault) => fault === "drop" || fault === "half" || fault === "silent").length;
    expect(gateway.connections()).toBe(1 + newLine);
  });

  test("a time without data (162) is no error", async () => {
    const noData: GatewayFault = {
      code: 162,
      message: "Historical Market Data Service error message:HMDS query returned no data: AAPL@SMART Trades",
    };
    const { load } = await download({ faults: { 1: noData } });
    const imported = await load();
    const missing = closedIntraday("2023-11-29T04:00:00Z", "2023-12-27T04:00:00Z");
    expect(rowsOf(imported)).toEqual(
      closedIntraday("2023-11-01", "2024-03-01").filter(([time]) => !missing.some(([each]) => each === time)),
    );
    expect(imported.report.gaps.unexpectedBars).toBe(missing.length);
  });

  test("a gateway that restarts, for minutes, is waited for", async () => {
    const refusedConnections = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const { load, gateway, waits } = await download({ faults: { 1: "drop" }, refusedConnections });
    expect((await load()).bars).toEqual(smooth.bars);
    expect(gateway.connections()).toBe(12);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(180_000);
  });

  test("our own client id, which the gateway has not forgotten after a connection that ended, is waited for", async () => {
    const { load, gateway } = await download({ faults: { 1: "drop" }, unforgotten: [1, 2] });
    expect((await load()).bars).toEqual(smooth.bars);
    expect(gateway.connections()).toBe(4);
  });

  test("a question that breaks every connection is given up after six attempts", async () => {
    const { load, gateway } = await download({ faults: { 1: "drop", 2: "drop", 3: "drop", 4: "drop", 5: "drop", 6: "drop" } });
    const error = await refusal(load());
    expect(error).toMatchObject({ code: "data/vendor-unreachable", path: "Interactive Brokers" });
    expect(gateway.connections()).toBe(6);
  });

  test.each([
    [200, "No security definition has been found for the request", "type, exchange and currency"],
    [354, "Requested market data is not subscribed.", "Subscribe"],
    [162, "Historical Market Data Service error message:No market data permissions for NASDAQ STK", "Subscribe"],
    [
      162,
      "Historical Market Data Service error message:Trading TWS session is connected from a different IP address",
      "Log the other session out",
    ],
    [321, "Error validating request:-'bS' : cause - Historical data bar size setting is invalid.", "number"],
  ])("error %d (%s) is told at once, with what to do", async (code, message, hint) => {
    const { load, gateway } = await download({ faults: { 0: { code, message } } });
    const error = await refusal(load());
    expect(error.code).toBe("data/vendor-refused");
    expect(error.message).toContain(`(error ${code}): ${message}`);
    expect(error.hint).toContain(hint);
    expect(gateway.history).toHaveLength(1);
  });
});

test("an unknown symbol, and one that several contracts answer to, are refused", async () => {
  const unknown = await download({ params: { symbol: "AAPLE" } });
  expect(await refusal(unknown.load())).toMatchObject({ code: "data/vendor-refused", path: "symbol" });
  const ambiguous = await download({ ambiguous: true });
  const error = await refusal(ambiguous.load());
  expect(error.message).toBe("2 contracts of Interactive Brokers answer to AAPL");
  expect(error.hint).toBe("Give primaryExchange as one of NASDAQ, MEXI.");
});

test("a client id that is taken, an old gateway and none at all are told at once", async () => {
  const taken = await download({ takenClientIds: [117] });
  expect(await refusal(taken.load())).toMatchObject({ code: "data/vendor-refused", path: "clientId" });
  expect((await (await download({ takenClientIds: [117], params: { clientId: 118 } })).load()).bars.closeTime.length).toBeGreaterThan(1000);
  const old = await download({ version: 150 });
  expect((await refusal(old.load())).message).toContain("too old (version 150");
  const { load, gateway, waits } = await download();
  await gateway.close();
  gateways.pop();
  expect(await refusal(load())).toMatchObject({ code: "data/vendor-unreachable", path: "port" });
  expect(waits).toEqual([]);
});

test.each([
  [{ type: "future", symbol: "ES" }, "exchange"],
  [{ type: "future", symbol: "ES", exchange: "CME" }, "expiry"],
  [{ adjustment: "all", interval: "1d" }, "to"],
  [{ adjustment: "all", to: undefined }, "interval"],
  [{ interval: "1d", regularHours: false }, "regularHours"],
])("%j is refused before anything is asked", async (params, path) => {
  const { load, gateway } = await download({ params });
  expect(await refusal(load())).toMatchObject({ code: "config/invalid", path });
  expect(gateway.connections()).toBe(0);
});

test("a stopped download ends with the signal's reason and closes its connection", async () => {
  const controller = new AbortController();
  const { gateway, clock } = await download({ faults: { 0: "silent" } });
  const context: LoadContext = { clock, random: new Random(1), signal: controller.signal };
  const work = loadSource(interactiveBrokers, { symbol: "AAPL", interval: "15m", from: "2024-01-01", port: gateway.port }, context);
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(work).rejects.toThrow("enough");
});
