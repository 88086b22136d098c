import { describe, expect, test } from "vitest";
import { type Bar, type Bars, barsFrom } from "../../domain/index.ts";
import { createVectorEnvironment, type EnvironmentOptions } from "../batched-environment.ts";
import { walk } from "../testing/sample-market.ts";
import { auditCheckNames } from "./audit-environment.ts";
import { barSubject } from "./bar-subject.ts";
import { accountBooks } from "./books.ts";
import { portfolioSubject } from "./testing/portfolio-subject.ts";
import type { EnvironmentRequest } from "./subject.ts";
import { after, audit, type Change, changed, failures, honest, names, overBars, plain, rowsOf } from "./testing/planting.ts";

// Faults that peers were seen to have, planted in an environment that is otherwise honest. Each must be found, and only it.

test("an honest environment passes everything that there is", async () => {
  const { checks, passed } = await audit(honest, { checks: auditCheckNames });
  expect(checks.map(({ check, verdict, message }) => [check, verdict, message])).toEqual(
    checks.map(({ check }) => [check, "passed", null]),
  );
  expect(passed).toBe(true);
  expect(await names(overBars(plain))).toEqual([]);
});

describe("prices", () => {
  test("filling at the close that was just observed", async () => {
    const closeFills = (bars: Bars): Bars => ({ ...bars, open: bars.open.map((open, row) => bars.close[row - 1] ?? open) });
    expect(await names(overBars((bars) => ({ ...plain(bars), bars: closeFills(bars) })))).toEqual(["same-bar fill"]);
  });

  test("a feature that looks one bar ahead", async () => {
    const leak = (bars: Bars): EnvironmentOptions => {
      const given = plain(bars);
      const values = given.features.values.slice();
      for (let row = 0; row + 1 < given.features.rows; row++)
        values[row * given.features.width] = bars.close[row + 1]! / bars.close[row]! - 1;
      return { ...given, features: { ...given.features, values } };
    };
    expect(await failures(overBars(leak))).toMatchObject({
      "look-ahead": expect.stringMatching(/^observation of environment \d/) as string,
    });
  });

  test.each(["open", "high", "low", "close", "volume"] as const)("a reward that looks one bar ahead at its %s", async (column) => {
    const peeking = (data: Bars): Change =>
      after((base, ended) => {
        for (let index = 0; index < base.count; index++) {
          const next = data.closeTime.indexOf(base.observedAt[index]!) + 1;
          if (!ended(index)) base.rewards[index]! += 1e-3 * ((data[column][next] ?? 1) / data[column][next - 1]! - 1);
        }
      });
    const subject = barSubject({
      name: "peeking",
      bars: walk(),
      make: (data, { count, seed }: EnvironmentRequest) => changed(createVectorEnvironment({ ...plain(data), count, seed }), peeking(data)),
      timeMs: ({ observedAt }, index) => observedAt[index]!,
      books: accountBooks,
    });
    const found = await failures(subject, { checks: ["look-ahead", "conservation", "reset"] });
    expect(found).toEqual({ "look-ahead": expect.stringMatching(/^rewards of environment \d/) as string });
  });

  test("a feature that is fitted on the whole series", async () => {
    const fit = (bars: Bars): EnvironmentOptions => {
      const given = plain(bars);
      const mean = bars.close.reduce((sum, close) => sum + close, 0) / bars.close.length;
      const values = given.features.values.map((value, at) =>
        at % given.features.width === 0 ? Math.fround(bars.close[Math.floor(at / given.features.width)]! / mean) : value,
      );
      return { ...given, features: { ...given.features, values } };
    };
    expect(await names(overBars(fit))).toContain("look-ahead");
  });

  /** Rows for the days that are missing: of the bar after them, or of the bar before. */
  const everyDay = (bars: Bars, fill: "next" | "previous"): Bars => {
    const days: Bar[] = [];
    for (const row of rowsOf(bars)) {
      const last = days.at(-1);
      for (let closeTime = (last?.closeTime ?? row.closeTime) + 86_400_000; closeTime < row.closeTime; closeTime += 86_400_000)
        days.push({ ...(fill === "next" ? row : last!), closeTime });
      days.push(row);
    }
    return barsFrom(bars.instrument, days);
  };

  test("missing bars that are filled from the bar after them", async () => {
    expect(await names(overBars((bars) => plain(everyDay(bars, "next"))))).toEqual(["back-fill"]);
    expect(await names(overBars((bars) => plain(everyDay(bars, "previous"))))).toEqual([]);
  });
});

test("an asset that is listed half-way, with its first bar filled in before", async () => {
  const assets = [walk(31), walk(32)];
  const filled = (each: readonly Bars[]): Bars[] => {
    const days = [...new Set(each.flatMap(({ closeTime }) => [...closeTime]))].toSorted((left, right) => left - right);
    return each.map((bars) => {
      const rows = rowsOf(bars);
      return barsFrom(
        bars.instrument,
        days.map((closeTime) => ({ ...(rows.find((row) => row.closeTime >= closeTime) ?? rows.at(-1)!), closeTime })),
      );
    });
  };
  expect(await names(portfolioSubject("honest", assets))).toEqual([]);
  expect(await names(portfolioSubject("filled", assets, {}, filled))).toEqual(["back-fill"]);
});
