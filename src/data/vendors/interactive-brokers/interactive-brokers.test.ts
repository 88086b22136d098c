import { afterEach, expect, test } from "vitest";
import { Random } from "../../../base/index.ts";
import { calendars } from "../../calendars/index.ts";
import { type FakeGateway, type GatewayBar } from "../../testing/fake-ib-gateway.ts";
import {
  closedIntraday,
  daily,
  gatewayDownload,
  intraday,
  minute,
  rowsOf,
  sessions,
  steps,
  walk,
  type Scene,
} from "../../testing/gateway-scene.ts";
import { refusal } from "../../testing/refusal.ts";

// The client library over TCP, against a gateway on loopback that speaks the broker's protocol.

const gateways: FakeGateway[] = [];
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
});

async function download(scene?: Scene) {
  const prepared = await gatewayDownload(scene);
  gateways.push(prepared.gateway);
  return prepared;
}

test("gives every bar once, by its close, with the contract's tick and lot", async () => {
  const { load, gateway } = await download();
  const imported = await load();
  expect(rowsOf(imported)).toEqual(closedIntraday("2023-11-01", "2024-03-01"));
  expect(imported.bars.instrument).toEqual({ symbol: "AAPL", currency: "USD", tickSize: 0.01, lotSize: 0.0001 });
  expect(imported.report).toMatchObject({ gaps: { calendar: "nyse", unexpectedBars: 0, outsideBars: 0 }, rows: { quarantined: 0 } });
  expect(imported.lineage.note).toContain("Restated by the broker for splits");
  expect(gateway.history.map(({ endDateTime }) => endDateTime)).toEqual([
    "20231129-04:00:00",
    "20231227-04:00:00",
    "20240124-04:00:00",
    "20240221-04:00:00",
    "20240301-05:00:00",
  ]);
  expect(gateway.history[0]).toMatchObject({ barSize: "15 mins", duration: "1 M", whatToShow: "TRADES", useRth: "1", formatDate: "2" });
  expect(gateway.violations()).toBe(0);
});

test("days close with their session, and a day that a request's end cuts is not taken for a whole one", async () => {
  const { load, gateway } = await download({ bars: daily, params: { interval: "1d", to: undefined, from: undefined } });
  const imported = await load();
  const closed = sessions.filter(({ day }) => day <= "2024-03-01");
  expect(imported.bars.closeTime).toEqual(Float64Array.from(closed, ({ close }) => close));
  expect([...imported.bars.close]).toEqual(daily.slice(0, closed.length).map(([, , , , close]) => close));
  expect(imported.report.range.from).toBe(Date.parse("2023-10-02T20:00:00Z"));
  expect(gateway.history).toHaveLength(1);
});

test("the bars of years come by years, and their borders by whole days", async () => {
  const years = calendars.nyse.sessions(Date.parse("2019-01-02"), Date.parse("2023-12-30"));
  const bars = years.map(({ day }) => day.replaceAll("-", "")).map(walk(new Random(8)));
  const { load, gateway } = await download({ bars, params: { interval: "1d", to: undefined, from: "2015-01-01" } });
  const imported = await load();
  expect([...imported.bars.high]).toEqual(bars.map(([, , high]) => high));
  expect(imported.report.rows).toMatchObject({ kept: bars.length, quarantined: 0 });
  expect(gateway.history.length).toBeLessThanOrEqual(7); // The broker said when its first bar is.
});

test("where the broker does not say when its first bar is, thirty years are asked for", async () => {
  const { load, gateway } = await download({ bars: daily, hidesFirst: true, params: { interval: "1d", to: undefined, from: undefined } });
  expect((await load()).report.range.from).toBe(Date.parse("2023-10-02T20:00:00Z"));
  expect(gateway.history).toHaveLength(31);
});

test("goes on after what is stored already", async () => {
  const after = Date.parse("2024-02-28T16:00:00Z");
  const { load, gateway } = await download({ after });
  expect(rowsOf(await load())).toEqual(closedIntraday("2024-02-28T16:00:00Z", "2024-03-01"));
  expect(gateway.history).toHaveLength(1);
});

test("an hour that begins between full hours does not hide the next one from a later download", async () => {
  const opens = ["2024-02-29T14:30:00Z", "2024-02-29T15:00:00Z", "2024-02-29T16:00:00Z", "2024-02-29T17:00:00Z"].map((time) =>
    Date.parse(time),
  );
  const bars = opens.map((time) => String(time / 1000)).map(walk(new Random(2)));
  const params = { interval: "1h", from: "2024-02-29" };
  const first = await (await download({ bars, params, now: Date.parse("2024-02-29T15:31:00Z") })).load();
  expect([...first.bars.closeTime]).toEqual([opens[0]! + 60 * minute]);
  const rest = await (await download({ bars, params, after: first.bars.closeTime[0]! })).load();
  expect([...rest.bars.closeTime]).toEqual(opens.slice(1).map((time) => time + 60 * minute));
});

test("a bar that has not closed is left out", async () => {
  const now = Date.parse("2024-02-29T16:10:00Z");
  const { load } = await download({ now, params: { to: undefined, from: "2024-02-28" } });
  expect((await load()).bars.closeTime.at(-1)).toBe(Date.parse("2024-02-29T16:00:00Z"));
});

test("bars of seconds are asked for within sessions, and no further back than they are kept", async () => {
  const open = Date.parse("2024-02-29T14:30:00Z");
  const next = walk(new Random(4));
  const bars = steps(open, open + 390 * minute, 30_000).map((time) => next(String(time / 1000)));
  const { load, gateway } = await download({ bars, params: { interval: "30s", from: "2024-02-24", to: undefined } });
  const imported = await load();
  expect(imported.bars.closeTime).toEqual(Float64Array.from(bars, ([time]) => Number(time) * 1000 + 30_000));
  expect(imported.report).toMatchObject({ gaps: { calendar: "nyse", unexpectedBars: 0 }, time: { intervalMs: 30_000 } });
  // The first bar is of the 29th: two stretches of that day and two of the next one, in which the broker has nothing, hold a session.
  expect(gateway.history.map(({ duration, barSize }) => `${duration} ${barSize}`)).toEqual(
    Array(gateway.history.length).fill("28800 S 30 secs"),
  );
  expect(gateway.history.length).toBeLessThanOrEqual(4);
  const old = await download({
    bars,
    now: Date.parse("2024-12-20T00:00:00Z"),
    params: { interval: "30s", from: "2024-02-24", to: "2024-03-01" },
  });
  expect((await refusal(old.load())).code).toBe("data/empty");
  expect(old.gateway.history).toEqual([]);
});

test("sixty requests in ten minutes, and no more", async () => {
  const days = steps(Date.parse("2019-01-01T00:00:00Z"), Date.parse("2020-04-01T00:00:00Z"), 1440 * minute);
  const next = walk(new Random(9));
  const bars = days.map((time) => next(String(time / 1000)));
  const params = { type: "crypto", interval: "1m", symbol: "BTC/USD", from: "2019-01-01", to: "2020-03-31", calendar: "always" };
  const { load, gateway } = await download({ bars, symbol: "BTC", params });
  const imported = await load();
  expect(imported.bars.closeTime).toHaveLength(days.length);
  expect(imported.bars.instrument).toMatchObject({ symbol: "BTC/USD", currency: "USD" });
  expect(gateway.history).toHaveLength(Math.ceil(days.length / 7));
  expect(gateway.history[0]).toMatchObject({ whatToShow: "AGGTRADES", useRth: "0", duration: "1 W" });
  expect(gateway.violations()).toBe(0);
  const times = gateway.history.map(({ atMs }) => atMs);
  expect(times[60]! - times[0]!).toBeGreaterThanOrEqual(600_000);
  expect(times[59]! - times[0]!).toBeLessThan(60_000);
});

test("adjusted prices are asked for up to now and at once", async () => {
  const params = { interval: "1d", adjustment: "all", to: undefined, from: "2023-11-01" };
  const { load, gateway } = await download({ bars: daily, params });
  const imported = await load();
  expect(imported.bars.closeTime[0]).toBe(Date.parse("2023-11-01T20:00:00Z"));
  expect(imported.bars.closeTime.at(-1)).toBe(Date.parse("2024-03-01T21:00:00Z"));
  expect(gateway.history).toEqual([expect.objectContaining({ endDateTime: "", duration: "123 D", whatToShow: "ADJUSTED_LAST" })]);
  expect(imported.lineage.note).toContain("splits and dividends");
});

test("quotes have no volume", async () => {
  const bars = intraday.map(([time, open, high, low, close]): GatewayBar => [time, open, high, low, close, -1]);
  const { load } = await download({ bars, params: { show: "midpoint" } });
  const imported = await load();
  expect(imported.bars.volume.every((volume) => volume === 0)).toBe(true);
  expect(imported.report.columns).not.toHaveProperty("volume");
  expect(imported.lineage.file).toBe("interactive-brokers: AAPL 15m split, stock midpoint");
  expect(imported.report.rows.quarantined).toBe(0);
});
