import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { manualClock, UserError } from "../base/index.ts";
import { contentHash } from "./store/content-hash.ts";
import { readBarsFile } from "./read-bars-file.ts";
import { joinPages } from "./remote-source.ts";
import { type BarPage, type LoadContext, loadSource } from "./source.ts";
import type { Fault } from "./testing/scripted-server.ts";
import { fakeKeys, fakeNow, type RunningVendor, startVendor, type VendorCase, vendorCases } from "./testing/vendor-cases.ts";
import { madeUpShare, type TrueBar } from "./testing/vendor-truth.ts";

const truth = madeUpShare();
const running: RunningVendor[] = [];

beforeEach(() => {
  for (const variable of vendorCases.flatMap(({ variables }) => variables)) {
    vi.stubEnv(variable, variable.includes("SECRET") ? fakeKeys.secretKey : fakeKeys.key);
  }
  vi.stubEnv("POLYGON_API_KEY", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const { server } of running.splice(0)) await server.close();
});

async function start(vendor: VendorCase, options: Parameters<typeof startVendor>[1] = {}): Promise<RunningVendor> {
  const started = await startVendor(vendor, options);
  running.push(started);
  return started;
}

const minuteDays = { interval: "1m", from: "2024-02-21" } as const;

/** Loads the daily bars, or others, from a vendor that is up. */
const load = (
  { source }: VendorCase,
  { params, context }: RunningVendor,
  more: Record<string, unknown> = {},
  other: Partial<LoadContext> = {},
) => loadSource(source, params(more), { ...context, ...other });

/** The true bars as a file of them says, imported. */
async function imported(bars: readonly TrueBar[], isDaily: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "tradewind-truth-"));
  const rows = bars.map(({ day, time, open, high, low, close, volume }) =>
    [isDaily ? day : new Date(time).toISOString(), open, high, low, close, volume].join(","),
  );
  const path = join(folder, "made.csv");
  writeFileSync(path, `date,open,high,low,close,volume\n${rows.join("\n")}\n`);
  try {
    return await readBarsFile(path, { symbol: truth.symbol, calendar: "nyse" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const midnightInNewYork = (day: string) => Date.parse(`${day}T${day < "2023-11-05" || day >= "2024-03-10" ? "04" : "05"}:00:00Z`);

const trueActions = [
  ...truth.splits.map(({ day, ...ratio }) => ({ kind: "split", timeMs: midnightInNewYork(day), ...ratio })),
  ...truth.dividends.map(({ day, amount }) => ({
    kind: "dividend",
    timeMs: midnightInNewYork(day),
    amount: expect.closeTo(amount, 9) as number,
  })),
].toSorted((left, right) => left.timeMs - right.timeMs);

/** What somebody is told, whatever way: none of it may hold a key. */
function expectNoKey(...told: readonly unknown[]): void {
  const texts = told.map((each) =>
    each instanceof Error
      ? [each.message, each.stack, JSON.stringify(each), String((each as UserError).hint), String(each.cause)].join(" ")
      : JSON.stringify(each),
  );
  for (const secret of Object.values(fakeKeys)) {
    for (const form of [secret, encodeURIComponent(secret), secret.replaceAll(" ", "+")]) expect(texts.join(" ")).not.toContain(form);
  }
}

async function failure(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expectNoKey(error);
  return error as UserError;
}

test.each(vendorCases)(
  "$name: daily bars are raw, close with their sessions, and are those of a file of the same prices",
  async (vendor) => {
    const { bars, actions, report, lineage } = await load(vendor, await start(vendor));
    const file = await imported(truth.daily, true);
    expect([...bars.closeTime]).toEqual([...file.bars.closeTime]);
    expect([...bars.close]).toEqual([...file.bars.close]);
    expect(contentHash(bars)).toBe(contentHash(file.bars));
    expect(actions).toEqual(trueActions);
    expect(report.rows).toEqual({ ...file.report.rows, read: truth.daily.length });
    expect(report.gaps).toMatchObject({ calendar: "nyse", unexpectedBars: 0, outsideBars: 0 });
    expect(report.time.stamp).toBe("session");
    expect(lineage).toMatchObject({ source: vendor.name, file: `${vendor.name}: MADE 1d raw` });
    expect(lineage.note).toMatch(/own terms apply\..*(?:as paid|undone)/is);
    expectNoKey(report, lineage, actions);
  },
);

test.each(vendorCases)("$name: bars of minutes come in pages and close a minute after they open", async (vendor) => {
  const vendorUp = await start(vendor, { pageRows: 500 });
  const progress: number[] = [];
  const { bars, report, actions } = await load(vendor, vendorUp, minuteDays, { onProgress: ({ fraction }) => progress.push(fraction) });
  const file = await imported(truth.minutes, false);
  expect(contentHash(bars)).toBe(contentHash(file.bars));
  expect(report.rows).toEqual(file.report.rows);
  expect(
    vendorUp.server.requests.filter(({ url }) => !/split|dividend|corporate/i.test(`${url.pathname} ${url.searchParams.get("function")}`))
      .length,
  ).toBeGreaterThan(1);
  expect(progress.at(-1)).toBe(1);
  expect(progress).toEqual(progress.toSorted((left, right) => left - right));
  expect(actions).toEqual(trueActions.filter(({ timeMs }) => timeMs > midnightInNewYork("2024-02-20")));
});

const passing: Readonly<Record<string, readonly Fault[]>> = {
  "429 without Retry-After": [{ status: 429, text: "" }],
  "429 with Retry-After": [{ status: 429, headers: { "retry-after": "17" }, json: { message: "too many requests." } }],
  "429 as a page of text": [{ status: 429, text: "Too Many Requests\r\n" }],
  "an HTML page where JSON was due": [{ text: "<!DOCTYPE html><html><body>Just a moment…</body></html>" }],
  "an empty answer": [{ text: "" }],
  "a 500 and a 503": [
    { status: 500, text: "oops" },
    { status: 503, headers: { "retry-after": "Mon, 25 Mar 2024 12:00:30 GMT" }, text: "<html>busy</html>" },
  ],
  "JSON that ends too early": ["truncate"],
  "a dropped socket": ["drop", "drop"],
  "a socket dropped in the middle": ["cut"],
  "silence": ["hang"],
};

for (const vendor of vendorCases) {
  let known: Promise<{ readonly smooth: Awaited<ReturnType<typeof load>>; readonly length: number }> | undefined;
  const uninterrupted = async () => {
    const up = await start(vendor);
    const smooth = await load(vendor, up, minuteDays);
    return { smooth, length: up.server.requests.length };
  };
  test.each(Object.entries(passing))(`${vendor.name}: %s changes nothing of what is stored`, async (_name, faults) => {
    const { smooth, length } = await (known ??= uninterrupted());
    const rough = await start(vendor);
    for (let request = 0; request < length; request++)
      rough.server.fail(...(request % 2 === 0 && (request < 4 || faults[0] !== "hang") ? faults : []), "none");
    const interrupted = await load(vendor, rough, { ...minuteDays, timeoutMs: faults[0] === "hang" ? 250 : 10_000 });
    expect(rough.server.requests.length).toBeGreaterThan(length);
    expect(contentHash(interrupted.bars)).toBe(contentHash(smooth.bars));
    expect({ ...interrupted, bars: null }).toEqual({ ...smooth, bars: null });
    expect(rough.waited()).toBeGreaterThan(500);
  });
}

test.each(vendorCases.filter(({ throttledInside }) => throttledInside !== undefined))(
  "$name: being told inside an HTTP 200 to slow down is waited for",
  async (vendor) => {
    const up = await start(vendor);
    up.server.fail({ json: vendor.throttledInside }, { json: vendor.throttledInside });
    const { bars } = await load(vendor, up);
    expect(bars.close).toHaveLength(truth.daily.length);
    expect(up.waited()).toBeGreaterThan(2000);
  },
);

test.each(vendorCases)("$name: Retry-After is obeyed to the second, and one beyond the budget ends it", async (vendor) => {
  const up = await start(vendor);
  up.server.fail({ status: 429, headers: { "retry-after": "42" }, text: "" });
  await load(vendor, up);
  expect(up.server.requests[1]!.at - up.server.requests[0]!.at).toBe(42_000);
  up.server.fail({ status: 429, headers: { "retry-after": "86400" }, text: "slow down" });
  const error = await failure(load(vendor, up));
  expect(error).toMatchObject({ code: "data/vendor-limit" });
  expect(error.message).toContain("86400 s");
});

test.each(vendorCases)("$name: what never passes is told after six attempts", async (vendor) => {
  const up = await start(vendor);
  up.server.fail(...Array.from({ length: 6 }, (): Fault => "drop"));
  const error = await failure(load(vendor, up));
  expect(error).toMatchObject({ code: "data/vendor-unreachable", exitCode: 1 });
  expect(error.message).toMatch(/gave no whole answer: the connection broke off/);
  expect(up.server.requests).toHaveLength(6);
  expect(up.waited()).toBeGreaterThan(15_000);
  expect(up.waited()).toBeLessThan(5 * 60_000);
});

test("nobody there is told as such", async () => {
  const [vendor] = vendorCases;
  const up = await start(vendor!);
  const { baseUrl } = up.server;
  await up.server.close();
  running.pop();
  const error = await failure(load(vendor!, up, { baseUrl }));
  expect(error).toMatchObject({ code: "data/vendor-unreachable" });
  expect(error.message).toContain("the connection was refused");
});

test.each(vendorCases)("$name: a redirection is not followed, so that no key goes elsewhere", async (vendor) => {
  const up = await start(vendor);
  up.server.fail({ status: 302, headers: { location: "http://127.0.0.1:9/elsewhere" }, text: "" });
  expect(await failure(load(vendor, up))).toMatchObject({ code: "data/vendor-refused" });
  expect(up.server.requests).toHaveLength(1);
});

test.each(vendorCases)("$name: a refusal in a 400 is not asked again, and its words are told without tags", async (vendor) => {
  const up = await start(vendor);
  up.server.fail({ status: 418, text: "<h1>no</h1>\u001b[31m tea" });
  const error = await failure(load(vendor, up));
  expect(error).toMatchObject({ code: "data/vendor-refused" });
  expect(error.message).toContain("HTTP 418, no [31m tea");
  expect(up.server.requests).toHaveLength(1);
});

test.each(vendorCases.filter(({ variables }) => variables.length > 0))("$name: without its key the variable is named", async (vendor) => {
  for (const variable of vendor.variables) vi.stubEnv(variable, "");
  expect(() => loadSource(vendor.source, { symbol: "MADE" })).toThrow(
    expect.objectContaining({
      code: "config/missing-secret",
      path: vendor.variables[0],
      hint: expect.stringContaining(vendor.variables[0]!) as string,
    }),
  );
});

test.each(vendorCases.filter(({ variables }) => variables.length > 0))(
  "$name: a wrong key is refused at once, and its variable named, even where the vendor repeats the key",
  async (vendor) => {
    vi.stubEnv(vendor.variables[0]!, "wr0ng+key/of somebody");
    const up = await start(vendor);
    const error = await failure(load(vendor, up));
    expect(error).toMatchObject({ code: "data/vendor-refused", hint: `Check the key in ${vendor.variables.join(" and ")}.` });
    expect(`${error.message} ${error.stack}`).not.toMatch(/wr0ng/);
    expect(up.server.requests).toHaveLength(1);
  },
);

test("Massive's key may still be in the variable of its former name", async () => {
  const vendor = vendorCases.find(({ name }) => name === "massive")!;
  vi.stubEnv("MASSIVE_API_KEY", "");
  vi.stubEnv("POLYGON_API_KEY", fakeKeys.key);
  expect((await load(vendor, await start(vendor))).bars.close).toHaveLength(truth.daily.length);
});

test.each(vendorCases)("$name: an unknown symbol and a time without bars are told", async (vendor) => {
  const up = await start(vendor);
  const error = await failure(load(vendor, up, { symbol: "NONE" }));
  expect(["data/vendor-refused", "data/empty"]).toContain(error.code);
  expect(error.hint).toMatch(/symbol/);
  const empty = await failure(load(vendor, up, { from: "2023-12-23", to: "2023-12-25" }));
  expect(empty).toMatchObject({ code: "data/empty" });
});

test.each(vendorCases.filter(({ planRefusal }) => planRefusal !== undefined))(
  "$name: what the plan does not cover is told",
  async (vendor) => {
    const up = await start(vendor);
    up.server.fail(vendor.planRefusal!);
    const error = await failure(load(vendor, up));
    expect(error).toMatchObject({ code: "data/vendor-refused", hint: expect.stringContaining("plan") as string });
  },
);

test("Alpha Vantage's daily limit is told at once, without the key that it repeats", async () => {
  const vendor = vendorCases.find(({ name }) => name === "alpha-vantage")!;
  const up = await start(vendor);
  up.server.fail({
    json: { Information: `We have detected your API key as ${fakeKeys.key} and our standard API rate limit is 25 requests per day.` },
  });
  const error = await failure(load(vendor, up));
  expect(error).toMatchObject({ code: "data/vendor-limit" });
  expect(error.message).toContain("[key]");
  expect(up.server.requests).toHaveLength(1);
});

test.each(vendorCases)("$name: an answer of another shape is told, not stored", async (vendor) => {
  const up = await start(vendor);
  up.server.fail({ json: ["surprise"] });
  expect(await failure(load(vendor, up))).toMatchObject({ code: "data/vendor-answer" });
});

test.each(vendorCases)("$name: no minute sees more requests than the limit", async (vendor) => {
  const up = await start(vendor, { pageRows: 100 });
  await load(vendor, up, { ...minuteDays, requestsPerMinute: 3 });
  await load(vendor, up, { ...minuteDays, requestsPerMinute: 3 }); // A second download draws on the same bucket.
  const times = up.server.requests.map(({ at }) => at);
  expect(times.length).toBeGreaterThan(5);
  for (const at of times) expect(times.filter((each) => each > at - 60_000 && each <= at).length).toBeLessThanOrEqual(3);
});

test("headers that say no request is left are obeyed", async () => {
  const vendor = vendorCases.find(({ name }) => name === "alpaca")!;
  const up = await start(vendor);
  const reset = String(fakeNow / 1000 + 25);
  up.server.fail({
    json: { corporate_actions: {}, next_page_token: null },
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
  });
  await load(vendor, up);
  expect(up.server.requests[1]!.at).toBe(fakeNow + 25_000);
});

/** Rows repeated, stood in the wrong order, emptied, and made impossible. */
const mess = (rows: readonly TrueBar[]): readonly TrueBar[] => {
  if (rows.length < 12) return rows;
  const messy = [...rows];
  messy[8] = { ...rows[8]!, high: rows[8]!.low! / 2 };
  messy[5] = { ...rows[5]!, open: null, high: null, low: null, close: null };
  messy.splice(3, 0, rows[2]!, rows[2]!);
  [messy[0], messy[1]] = [messy[1]!, messy[0]!];
  return messy;
};

test.each(vendorCases)("$name: repeated, disordered, empty and impossible rows are dropped or kept out, and counted", async (vendor) => {
  const { bars, report } = await load(vendor, await start(vendor, { spoil: mess, pageRows: 1000 }));
  const file = await imported(
    truth.daily.filter((_bar, row) => row !== 5 && row !== 8),
    true,
  );
  const keepsOrder = vendor.name !== "alpha-vantage"; // Its rows are fields of an object: of one name there is one.
  expect(report.rows).toMatchObject({ kept: truth.daily.length - 2, dropped: keepsOrder ? 2 : 0, quarantined: 2 });
  expect(report.quarantined.byReason).toEqual({ "missing-value": 1, "high-below-low": 1 });
  expect([...bars.closeTime]).toEqual([...file.bars.closeTime]);
  expect([...bars.close]).toEqual([...file.bars.close]);
  expect(report.repaired.map(({ kind }) => kind)).toContain("reordered");
});

const pagesOf = async (
  vendor: VendorCase,
  { params, context }: RunningVendor,
  more: Record<string, unknown>,
  other: Partial<LoadContext> = {},
) => {
  const pages: BarPage[] = [];
  const { source } = vendor;
  const parsed = (await import("../base/index.ts")).parseParams(source.params, params(more));
  for await (const page of source.pages!(parsed, { ...context, ...other })) pages.push(page);
  return pages;
};

test.each(vendorCases.filter(({ name }) => name === "alpaca" || name === "massive"))(
  "$name: what a page repeats of the one before is dropped, what it contradicts is kept out",
  async (vendor) => {
    let last: TrueBar[] = [];
    const overlap = (rows: readonly TrueBar[]) => {
      const [before, contradicted] = last;
      const spoilt = [...(before ? [before] : []), ...(contradicted ? [{ ...contradicted, volume: 1 }] : []), ...rows];
      last = rows.slice(-3, -1) as TrueBar[];
      return spoilt;
    };
    const pages = await pagesOf(vendor, await start(vendor, { spoil: overlap, pageRows: 500 }), minuteDays);
    expect(pages.length).toBeGreaterThan(2);
    const { bars, report } = joinPages(vendor.name, pages);
    expect([...bars.close]).toEqual(truth.minutes.map(({ close }) => close));
    expect(report.rows.dropped).toBe(pages.length - 1);
    expect(report.quarantined.byReason).toEqual({ "conflicting-duplicate": pages.length - 1 });
    for (const [index, page] of pages.entries()) {
      if (index > 0) expect(page.bars.closeTime[0]).toBeGreaterThan(pages[index - 1]!.bars.closeTime.at(-1)!);
    }
  },
);

test("where two pages contradict each other about the bar at their border, neither is believed, as within a page", async () => {
  const vendor = vendorCases.find(({ name }) => name === "alpaca")!;
  let last: TrueBar | undefined;
  const contradict = (rows: readonly TrueBar[]) => {
    const spoilt = last && rows.length > 0 && rows[0]!.time > last.time ? [{ ...last, volume: 1 }, ...rows] : rows;
    last = rows.at(-1);
    return spoilt;
  };
  const { bars, report } = await load(vendor, await start(vendor, { spoil: contradict, pageRows: 1000 }), minuteDays);
  expect(report.quarantined.byReason).toEqual({ "conflicting-duplicate": 2 });
  expect([...bars.close]).toEqual(truth.minutes.filter((_bar, row) => row !== 999).map(({ close }) => close));
});

test.each(vendorCases)("$name: interrupted anywhere and gone on with, the bars and actions are those of one download", async (vendor) => {
  const up = await start(vendor, { pageRows: 400 });
  for (const more of [{}, minuteDays]) {
    const whole = await load(vendor, up, more);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.bars.close.length - 2 }), async (row) => {
        const after = whole.bars.closeTime[row]!;
        const instrument = { ...whole.bars.instrument, tickSize: 0.5 }; // The stored one holds, whatever prices come.
        const rest = joinPages(vendor.name, await pagesOf(vendor, up, more, { after, instrument }));
        expect([...rest.bars.closeTime]).toEqual([...whole.bars.closeTime.subarray(row + 1)]);
        expect([...rest.bars.close]).toEqual([...whole.bars.close.subarray(row + 1)]);
        expect([...rest.bars.volume]).toEqual([...whole.bars.volume.subarray(row + 1)]);
        const late = 31 * 86_400_000;
        expect(rest.actions!.filter(({ timeMs }) => timeMs >= after)).toEqual(whole.actions!.filter(({ timeMs }) => timeMs >= after));
        expect(rest.actions!.filter(({ timeMs }) => timeMs < after - late)).toEqual([]);
        for (const action of whole.actions!) if (action.timeMs >= after - late) expect(rest.actions).toContainEqual(action);
        expect(rest.bars.instrument).toEqual(instrument);
        expect(rest.report.notes).toContain("Some prices are finer than the tick of 0.5 that the first ones suggest: give tickSize.");
        expect(rest.report.rows).toMatchObject({ read: rest.bars.close.length, dropped: 0, quarantined: 0 }); // Nothing known is told.
      }),
      { numRuns: 6, seed: 11 },
    );
  }
  const nothing = await pagesOf(vendor, up, {}, { after: truth.daily.at(-1)!.time + 6.5 * 3_600_000 });
  expect(nothing.flatMap(({ bars }) => [...bars.closeTime])).toEqual([]);
});

test.each(vendorCases)("$name: a bar that has not closed, or may still change, is left out", async (vendor) => {
  const up = await start(vendor);
  const lastClose = truth.daily.at(-1)!.time + 6.5 * 3_600_000;
  const barsAt = async (timeMs: number, more: Record<string, unknown>) =>
    (await load(vendor, up, more, { clock: manualClock(timeMs) })).bars.closeTime;
  for (const hours of [-0.1, 4.9]) expect(await barsAt(lastClose + hours * 3_600_000, {})).toHaveLength(truth.daily.length - 1);
  expect(await barsAt(lastClose + 5.1 * 3_600_000, {})).toHaveLength(truth.daily.length);
  const noon = truth.minutes.at(-1)!.time - 3 * 3_600_000;
  const minutes = await barsAt(noon, minuteDays);
  expect(minutes.at(-1)).toBeLessThan(noon);
  expect(minutes.at(-1)).toBeGreaterThan(noon - 40 * 60_000);
});

test.each(vendorCases)("$name: stops with the signal's reason when it is aborted", async (vendor) => {
  const up = await start(vendor, { pageRows: 100 });
  const stop = new AbortController();
  const reason = new Error("enough");
  const context = { signal: stop.signal, onProgress: () => stop.abort(reason) };
  const many = { ...minuteDays };
  if (vendor.name === "yahoo" || vendor.name === "alpaca") await expect(load(vendor, up, many, context)).rejects.toBe(reason);
  const hanging = new AbortController();
  up.server.fail("hang");
  const work = load(vendor, up, many, { signal: hanging.signal });
  setImmediate(() => hanging.abort(reason));
  await expect(work).rejects.toBe(reason);
});

test("split-adjusted prices come without the splits and with dividends of today's shares; wholly adjusted ones without any", async () => {
  const vendor = vendorCases.find(({ name }) => name === "yahoo")!;
  const up = await start(vendor);
  const split = await load(vendor, up, { adjustment: "split" });
  expect(split.bars.close[0]! * (4 / 3)).toBeCloseTo(truth.daily[0]!.close!, 3);
  expect(split.actions!.map(({ kind }) => kind)).toEqual(["dividend", "dividend", "dividend"]);
  expect(split.actions![0]).toMatchObject({ amount: expect.closeTo(0.96 / (4 / 3), 9) as number });
  expect(split.lineage.note).toContain("Restated by Yahoo for splits");
  const all = await load(vendor, up, { adjustment: "all" });
  expect(all.actions).toEqual([]);
  expect(all.bars.open[0]! / split.bars.open[0]!).toBeCloseTo(0.9, 9);
  expect(await failure(load(vendor, up, { ...minuteDays, adjustment: "all" }))).toMatchObject({
    code: "config/invalid",
    path: "adjustment",
  });
});

test("raw prices of a share that has split since are those from before the split, to the digit", async () => {
  const vendor = vendorCases.find(({ name }) => name === "yahoo")!;
  const before = { ...truth, splits: [] };
  const early = await load(vendor, await start(vendor, { truth: before }), { to: "2023-12-15" });
  const late = await load(vendor, await start(vendor), { to: "2023-12-15" });
  expect(contentHash(late.bars)).toBe(contentHash(early.bars));
});
