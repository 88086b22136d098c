import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { manualClock, Random, type UserError } from "../../base/index.ts";
import type { LoadContext } from "../source.ts";
import { type FakeReply, type ScriptedServer, scriptedServer } from "../testing/scripted-server.ts";
import { type VendorClient, vendorClient, type VendorSettings } from "./http-client.ts";
import { bucketFor, TokenBucket } from "./rate-limit.ts";
import { exhaustedMs, notJson, retryAfterMs } from "./read-answer.ts";
import { plainText, redactor } from "./redact.ts";

const minute = 60_000;
const servers: ScriptedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A context whose clock goes on only while somebody waits. */
function waitingContext(seed = 1): { context: LoadContext; clock: ReturnType<typeof manualClock>; waits: number[] } {
  const clock = manualClock(1_700_000_000_000);
  const waits: number[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    clock.set(clock.now() + ms);
    return Promise.resolve();
  };
  return { clock, waits, context: { clock, random: new Random(seed), signal: new AbortController().signal, wait } };
}

async function clientOf(
  reply: () => FakeReply,
  settings: Partial<VendorSettings> = {},
): Promise<{ client: VendorClient; server: ScriptedServer; waits: number[] }> {
  const { context, clock, waits } = waitingContext();
  const server = await scriptedServer(reply, clock.now);
  servers.push(server);
  const client = vendorClient(
    {
      vendor: "Testing",
      baseUrl: server.baseUrl,
      variables: ["TESTING_KEY"],
      secrets: ["top secret/key"],
      requestsPerMinute: 1000,
      timeoutMs: 5000,
      failureOf: () => undefined,
      ...settings,
    },
    context,
  );
  return { client, server, waits };
}

test("no minute sees more requests than there are tokens, whoever asks and however", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 60 }),
      async (perMinute, pauses) => {
        const { context, clock } = waitingContext();
        const bucket = new TokenBucket(perMinute, clock);
        const taken: number[] = [];
        for (const pause of pauses) {
          clock.set(clock.now() + pause);
          await bucket.take(context);
          taken.push(clock.now());
        }
        for (const at of taken) {
          if (taken.filter((each) => each > at - minute && each <= at).length > perMinute) return false;
        }
        return true;
      },
    ),
    { seed: 3 },
  );
});

test("tokens are there at once until they are spent, and a bucket is shared by those with one clock and one address", async () => {
  const { context, clock, waits } = waitingContext();
  const bucket = bucketFor(clock, "here", 3);
  expect(bucketFor(clock, "here", 3)).toBe(bucket);
  expect(bucketFor(clock, "there", 3)).not.toBe(bucket);
  expect(bucketFor(manualClock(), "here", 3)).not.toBe(bucket);
  for (let request = 0; request < 3; request++) await bucket.take(context);
  expect(waits).toEqual([]);
  await bucket.take(context);
  expect(waits).toEqual([minute + 500]);
  bucket.holdFor(90_000);
  await bucket.take(context);
  expect(waits.at(-1)).toBe(90_000);
});

test("who waits for a token stops with the signal's reason", async () => {
  const { context, clock } = waitingContext();
  const bucket = new TokenBucket(1, clock);
  await bucket.take(context);
  const stop = new AbortController();
  const reason = new Error("enough");
  const wait = () => {
    stop.abort(reason);
    return Promise.resolve();
  };
  await expect(bucket.take({ ...context, signal: stop.signal, wait })).rejects.toBe(reason);
});

test.each([
  [{ "retry-after": "7" }, 7000],
  [{ "retry-after": " 0.5 " }, 500],
  [{ "retry-after": "Thu, 01 Jan 1970 00:02:00 GMT" }, minute],
  [{ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, 0],
  [{ "retry-after": "soon" }, undefined],
  [{}, undefined],
])("Retry-After %j means %s ms", (headers, expected) => {
  expect(retryAfterMs(new Headers(headers), minute)).toBe(expected);
});

test.each([
  [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000030" }, 1_700_000_000_000, 30_000],
  [{ "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1700000030" }, 1_700_000_000_000, 0],
  [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "20" }, 1_700_000_000_000, 20_000],
  [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000000" }, 1_700_000_000_000, 2 * minute],
  [{ "x-ratelimit-remaining": "0" }, 1_700_000_000_000, 0],
  [{ "api-credits-left": "0" }, 90_000, 30_000],
  [{ "api-credits-left": "3" }, 90_000, 0],
  [{}, 0, 0],
])("%j at %i holds requests back for %i ms", (headers, now, expected) => {
  expect(exhaustedMs(new Headers(headers), now)).toBe(expected);
});

test("waits grow twofold, half of each is chance, and they end after six attempts", async () => {
  const { client, waits } = await clientOf(() => ({ status: 503, text: "busy" }));
  await expect(client.get("/x", {}, z.unknown())).rejects.toMatchObject({ code: "data/vendor-unreachable" });
  expect(waits).toHaveLength(5);
  for (const [index, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(1000 * 2 ** index);
    expect(wait).toBeLessThanOrEqual(2000 * 2 ** index);
  }
});

test("who waits is told why, and for how long", async () => {
  const { context, clock } = waitingContext();
  const server = await scriptedServer(() => ({ json: 1 }), clock.now);
  servers.push(server);
  server.fail({ status: 429, headers: { "retry-after": "9" }, text: "top secret/key: slow down" });
  const told: string[] = [];
  const settings = { vendor: "Testing", variables: [], secrets: ["top secret/key"], requestsPerMinute: 9, timeoutMs: 5000 };
  const client = vendorClient(
    { ...settings, baseUrl: server.baseUrl, failureOf: () => undefined },
    { ...context, onProgress: ({ message }) => told.push(message) },
  );
  await client.get("/x", {}, z.number());
  expect(told).toEqual(["Testing is asked too often: HTTP 429, [key]: slow down; asked again in 9 s"]);
});

test("a vendor that asks for long waits is given up when five minutes are over", async () => {
  const { client, server } = await clientOf(() => ({ status: 429, headers: { "retry-after": "100" }, text: "slow" }));
  await expect(client.get("/x", {}, z.unknown())).rejects.toMatchObject({ code: "data/vendor-limit" });
  expect(server.requests).toHaveLength(4);
});

test("an answer larger than is ever due is not read to its end, nor asked for again", async () => {
  const piece = JSON.stringify({ text: "x".repeat(65 * 2 ** 20) });
  const { client, server } = await clientOf(() => ({ text: piece }));
  await expect(client.get("/x", {}, z.unknown())).rejects.toMatchObject({
    code: "data/vendor-answer",
    message: expect.stringContaining("64 MiB") as string,
  });
  expect(server.requests).toHaveLength(1);
});

test("the query that goes with every request, such as a key, is in the address and in no message", async () => {
  const reply = () => ({ status: 400, text: "bad key top secret/key, top%20secret%2Fkey, top+secret%2Fkey" });
  const { client, server } = await clientOf(reply, { query: { apikey: "top secret/key" } });
  const error = await client.get("/path?cursor=1", { a: 1, none: undefined }, z.unknown()).then(
    () => undefined,
    (reason: unknown) => reason as UserError,
  );
  expect(server.requests[0]!.url.search).toBe("?cursor=1&a=1&apikey=top+secret%2Fkey");
  expect(error?.message).toBe("Testing refuses: HTTP 400, bad key [key], [key], [key]");
});

test("a base address may have a path of its own, and a slash at its end", async () => {
  const { clock, context } = waitingContext();
  const server = await scriptedServer(() => ({ json: 1 }), clock.now);
  servers.push(server);
  const settings = { vendor: "Testing", variables: [], secrets: [], requestsPerMinute: 9, timeoutMs: 5000, failureOf: () => undefined };
  const client = vendorClient({ ...settings, baseUrl: `${server.baseUrl}/api/v1/` }, context);
  expect(await client.get("/x", {}, z.number())).toBe(1);
  expect(server.requests[0]!.url.pathname).toBe("/api/v1/x");
});

test("an answer of another shape names the field and holds none of its values", async () => {
  const { client } = await clientOf(() => ({ json: { rows: [{ close: "top secret/key" }] } }));
  const schema = z.object({ rows: z.array(z.object({ close: z.number() })) });
  await expect(client.get("/x", {}, schema)).rejects.toMatchObject({
    code: "data/vendor-answer",
    path: "Testing.rows.0.close",
    message: expect.not.stringContaining("secret") as string,
  });
});

test("secrets go in every form in which an address may hold them, the longest first", () => {
  const redact = redactor(["a b/c", "a b", ""]);
  expect(redact("a b/c a%20b%2Fc a+b%2Fc a b a%20b")).toBe("[key] [key] [key] [key] [key]");
  expect(redact("nothing")).toBe("nothing");
});

test("a vendor's words become one short line", () => {
  expect(
    plainText("<html><head><style>p {}</style><script>x</script></head>\n<body><p>Too  many\trequests\u001b[0m</p></body></html>"),
  ).toBe("Too many requests [0m");
  expect(plainText("x".repeat(1000))).toHaveLength(301);
});

test.each([
  ["", "an empty answer"],
  [" <!DOCTYPE html><p>", "an HTML page where data was due"],
  ['{"a":', "JSON that breaks off"],
  ["Edge: Too Many Requests", "text where data was due"],
])("%j is %s", (text, expected) => {
  expect(notJson(text)).toBe(expected);
});
