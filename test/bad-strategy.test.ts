import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runHere } from "./support/program.ts";

// A rule of the user's own that fails is told by the bar at which it did and by its own line, and leaves no trial behind.

const root = mkdtempSync(join(tmpdir(), "tradewind-bad-strategy-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const trading = new URL("../src/trading/index.ts", import.meta.url).href;

/** A module that declares its rule on line 3; what it does at a bar begins on line 8. */
const ruleFile = (onBar: string): string =>
  [
    `import { strategy } from ${JSON.stringify(trading)};`,
    "",
    "export const own = strategy({",
    '  name: "own",',
    "  params: {},",
    "  start: () => ({",
    "    onBar(moment) {",
    `      ${onBar}`,
    "    },",
    "  }),",
    "});",
    "",
  ].join("\n");

async function failureOf(text: string): Promise<{ code: string; message: string; hint: string }> {
  const folder = mkdtempSync(join(root, "at-"));
  writeFileSync(join(folder, "mine.ts"), text);
  const words = ["backtest", "own", "--data", "sp500", "--extensions", "mine.ts", "--home", "home", "--report", "report", "--json"];
  const { exitCode, out, log } = await runHere(words, folder);
  expect(exitCode).toBe(1);
  expect(log, "no stack of ours").not.toMatch(/\n\s+at /);
  const { error } = JSON.parse(out) as { error: { code: string; message: string; hint: string } };
  expect(error.hint.length).toBeGreaterThan(10);
  expect(readdirSync(folder), "nothing was remembered, nothing reported").toEqual(["mine.ts"]);
  return error;
}

// The second bar of 2001 is the first that closes after this moment.
const late = 'if (moment.bar.closeTime < Date.parse("2001-01-03")) return null;';
const first = "2000-01-04T00:00:00.000Z";
const second = "2001-01-03T00:00:00.000Z";

test.each([
  ["throws", `${late} throw new Error("out of ideas");`, second, "out of ideas", 8],
  ["wants an exposure of NaN", `${late} return 0 / 0;`, second, "it wants an exposure of NaN", 3],
  ["wants more than all of its equity", "return 5;", first, "it wants an exposure of 5, which is no number from −1 to 1", 3],
  ["answers with a word", 'return "long";', first, "it wants an exposure of long", 3],
  ["answers later", "return Promise.resolve(1);", first, "it wants an exposure of [object Promise]", 3],
  ["orders NaN lots", 'moment.orders.place({ side: "buy", lots: NaN });', first, "an order cannot have NaN lots", 8],
  [
    "orders at a price of NaN",
    'moment.orders.place({ side: "buy", lots: 1, limit: NaN });',
    first,
    "an order cannot have a limit price of NaN",
    8,
  ],
  ["looks for the next bar", "return moment.nextBar.close > moment.bar.close ? 1 : 0;", first, "Cannot read properties of undefined", 8],
  ["writes into its account", "moment.account.cash = 1e9;", first, "it changes its account", 3],
])("a rule that %s", async (_, onBar, closed, what, line) => {
  const { code, message } = await failureOf(ruleFile(onBar));
  expect(code).toBe("strategy/failed");
  expect(message).toContain(`own, at the bar that closed ${closed}: ${what}`);
  expect(message).toContain(`(mine.ts:${line})`);
});

test.each([
  ["cannot start", ruleFile("").replace("start: () => ({", 'start: () => { throw new Error("no key"); }, x: () => ({'), "no key", 6],
  ["has nothing to do at a bar", ruleFile("").replace("onBar(", "onBars("), "it has no onBar", 3],
])("a rule that %s", async (_, text, what, line) => {
  const { code, message } = await failureOf(text);
  expect([code, message]).toEqual(["strategy/failed", `own, as it starts: ${what} (mine.ts:${line})`]);
});
