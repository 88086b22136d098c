import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { manualClock, type Progress } from "../base/index.ts";
import { loadSource, openStore, sources } from "../data/index.ts";
import { fakeKeys, fakeNow, type RunningVendor, startVendor, vendorCases } from "../data/testing/vendor-cases.ts";
import { madeUpShare } from "../data/testing/vendor-truth.ts";
import { fetchData, type FetchedData, type FetchRequest } from "./data-fetch.ts";
import { fetchOptions, listSources } from "./data-sources.ts";

const vendorOf = (name: string) => vendorCases.find((each) => each.name === name)!;
const truth = madeUpShare();
const minutes = { interval: "1m", from: "2024-02-21" } as const;

let folder = "";
const running: RunningVendor[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tradewind-fetch-"));
  vi.stubEnv("APCA_API_KEY_ID", fakeKeys.key);
  vi.stubEnv("APCA_API_SECRET_KEY", fakeKeys.secretKey);
  vi.stubEnv("TRADEWIND_DATABASE_URL", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const { server } of running.splice(0)) await server.close();
  rmSync(folder, { recursive: true });
});

async function start(name: string, options: Parameters<typeof startVendor>[1] = {}): Promise<RunningVendor> {
  const up = await startVendor(vendorOf(name), options);
  running.push(up);
  return up;
}

/** Downloads into the store of the temporary home. */
function fetchFrom(
  source: string,
  up: RunningVendor,
  params: Record<string, unknown> = {},
  {
    now = fakeNow,
    signal = new AbortController().signal,
    progress = () => {},
    ...request
  }: Partial<FetchRequest> & { now?: number; signal?: AbortSignal; progress?: (progress: Progress) => void } = {},
): Promise<FetchedData> {
  const situation = { cwd: folder, clock: manualClock(now), signal, progress };
  return fetchData({ source, params: up.params(params), home: "home", ...request }, situation);
}

const store = () => openStore(join(folder, "home", "data"));

test.each(["alpaca", "yahoo"])("%s: what is stored is what was loaded, and a second run brings only what is new", async (name) => {
  const up = await start(name);
  const wednesday = Date.parse("2024-03-21T02:00:00Z");
  const first = await fetchFrom(name, up, {}, { now: wednesday });
  expect(first).toMatchObject({ name: "made-1d", added: truth.daily.length - 2, stopped: false });
  const asked = up.server.requests.length;
  const second = await fetchFrom(name, up);
  expect(second).toMatchObject({ added: 2, bars: truth.daily.length, actions: truth.splits.length + truth.dividends.length });
  expect(second.report?.rows.read).toBe(2);
  const again = await fetchFrom(name, up);
  expect(again).toMatchObject({ added: 0, contentHash: second.contentHash });
  expect(again.text).toContain("Nothing new.");
  const whole = await loadSource(vendorOf(name).source, up.params(), up.context);
  const loaded = await store().load("made-1d");
  expect(loaded.bars).toEqual(whole.bars);
  expect(loaded.actions).toEqual(whole.actions);
  expect(loaded.entry).toMatchObject({ calendar: "nyse", synthetic: false, origin: `${name}: MADE 1d raw` });
  expect(up.server.requests.length).toBeLessThanOrEqual(4 * asked);
});

test("a download that fails anywhere and is run again gives the very data set of an uninterrupted one", async () => {
  const up = await start("alpaca", { pageRows: 150 });
  const whole = await fetchFrom("alpaca", up, minutes, { name: "whole" });
  const requests = up.server.requests.length;
  expect(requests).toBeGreaterThan(8);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: requests - 1 }), { minLength: 1, maxLength: 3 }), async (failures) => {
      const name = `part-${++round}`;
      for (const before of failures) {
        up.server.fail(...Array.from({ length: before }, () => "none" as const), { status: 418, text: "no tea" });
        await fetchFrom("alpaca", up, minutes, { name }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "data/vendor-refused" });
        });
      }
      up.server.calm();
      const rest = await fetchFrom("alpaca", up, minutes, { name });
      expect(rest).toMatchObject({ contentHash: whole.contentHash, bars: whole.bars, actions: whole.actions });
    }),
    { numRuns: 5, seed: 5 },
  );
});

test("a clean stop keeps what has come, and says how to go on", async () => {
  const up = await start("alpaca", { pageRows: 150 });
  const stop = new AbortController();
  const shown: Progress[] = [];
  const progress = (each: Progress) => {
    shown.push(each);
    if (shown.length === 3) stop.abort(new Error("Ctrl-C"));
  };
  const stopped = await fetchFrom("alpaca", up, minutes, { signal: stop.signal, progress });
  expect(stopped).toMatchObject({ stopped: true, name: "made-1m" });
  expect(stopped.bars).toBeGreaterThan(0);
  expect(stopped.bars).toBeLessThan(truth.minutes.length);
  expect(stopped.text).toContain("run the command again");
  expect(shown[0]).toMatchObject({ stage: "fetch" });
  expect((await fetchFrom("alpaca", up, minutes)).bars).toBe(truth.minutes.length);
  const before = new AbortController();
  const reason = new Error("at once");
  before.abort(reason);
  await expect(fetchFrom("alpaca", up, minutes, { signal: before.signal, name: "none" })).rejects.toBe(reason);
});

test("a name that holds something else is not gone on with, unless all is replaced", async () => {
  const up = await start("yahoo");
  await fetchFrom("yahoo", up, {}, { name: "mine" });
  await expect(fetchFrom("yahoo", up, { adjustment: "split" }, { name: "mine", now: fakeNow })).rejects.toMatchObject({
    code: "data/conflict",
  });
  for (const other of [{ symbol: "OTHER" }, { interval: "1h" }]) {
    await expect(fetchFrom("yahoo", up, other, { name: "mine" })).rejects.toMatchObject({ code: "data/conflict", path: "--name" });
  }
  await expect(fetchFrom("alpaca", await start("alpaca"), {}, { name: "mine" })).rejects.toMatchObject({ code: "data/conflict" });
  expect((await store().load("mine")).entry.origin).toBe("yahoo: MADE 1d raw");
  const pages = vi.spyOn(sources.yahoo, "pages").mockImplementation(async function* (params, context) {
    pages.mockRestore();
    for await (const page of sources.yahoo.pages(params, context)) {
      yield { ...page, account: page.account && { ...page.account, series: `elsewhere ${page.account.series}` } };
    }
  });
  const earlier = await fetchFrom("yahoo", up, {}, { name: "other", now: Date.parse("2024-03-21T02:00:00Z") });
  expect(earlier.report?.file).toBe("yahoo: elsewhere MADE 1d raw");
  await expect(fetchFrom("yahoo", up, {}, { name: "other" })).rejects.toMatchObject({ code: "data/conflict" });
  const replaced = await fetchFrom("yahoo", up, { adjustment: "split" }, { name: "mine", replace: true });
  expect(replaced.bars).toBe(truth.daily.length);
  expect((await store().load("mine")).entry.origin).toBe("yahoo: MADE 1d split");
  expect((await fetchFrom("yahoo", up, { adjustment: "split" })).name).toBe("made-1d-split");
});

test("restated prices are not spliced to those from before a split", async () => {
  const before = await start("yahoo", { truth: { ...truth, splits: truth.splits.slice(0, 1) } });
  const old = Date.parse("2024-02-17T02:00:00Z");
  await fetchFrom("yahoo", before, { adjustment: "split" }, { now: old });
  const after = await start("yahoo");
  await expect(fetchFrom("yahoo", after, { adjustment: "split" })).rejects.toMatchObject({ code: "data/conflict" });
  expect(
    (await fetchFrom("yahoo", after, { adjustment: "split" }, { now: old }).catch((error: unknown) => error)) as object,
  ).toHaveProperty("code");
});

test("no key stands in a result or anywhere in the store", async () => {
  const up = await start("alpaca");
  const told = JSON.stringify(await fetchFrom("alpaca", up));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
  expect(files.length).toBeGreaterThan(1);
  for (const secret of Object.values(fakeKeys)) {
    for (const text of [told, ...texts, ...files.map(({ name }) => name), JSON.stringify(listSources())])
      expect(text).not.toContain(secret);
  }
});

test("mistakes are told before anything is asked", async () => {
  const up = await start("alpaca");
  await expect(fetchFrom("nowhere", up)).rejects.toMatchObject({ code: "usage/invalid-option", path: "source" });
  await expect(fetchFrom("alpaca", up, { interval: "2h" })).rejects.toMatchObject({ code: "config/invalid", path: "interval" });
  await expect(fetchFrom("alpaca", up, { history: "full" })).rejects.toMatchObject({ code: "config/invalid", path: "history" });
  await expect(fetchFrom("alpaca", up, { from: "2024-03-02", to: "2024-03-01" })).rejects.toMatchObject({
    code: "config/invalid",
    path: "from",
  });
  vi.stubEnv("APCA_API_SECRET_KEY", "");
  await expect(fetchFrom("alpaca", up)).rejects.toMatchObject({ code: "config/missing-secret", path: "APCA_API_SECRET_KEY" });
  expect(up.server.requests).toEqual([]);
});

test("the list says which keys a source needs and whether they are set, and the options leave secrets to the environment", () => {
  vi.stubEnv("FINNHUB_API_KEY", "");
  const line = (name: string) => listSources().find((each) => each.name === name);
  expect(line("alpaca")?.keys).toEqual([
    { variables: ["APCA_API_KEY_ID"], isSet: true },
    { variables: ["APCA_API_SECRET_KEY"], isSet: true },
  ]);
  expect(line("finnhub")?.keys).toEqual([{ variables: ["FINNHUB_API_KEY"], isSet: false }]);
  expect(line("massive")?.keys[0]?.variables).toEqual(["MASSIVE_API_KEY", "POLYGON_API_KEY"]);
  expect(line("sp500")).toMatchObject({ kind: "sample", keys: [] });
  const options = Object.keys(fetchOptions());
  expect(options).toEqual(expect.arrayContaining(["symbol", "interval", "from", "to", "adjustment", "baseUrl"]));
  for (const secret of ["key", "keyId", "secretKey"]) expect(options).not.toContain(secret);
});
