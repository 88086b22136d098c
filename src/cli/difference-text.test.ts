import { expect, test } from "vitest";
import { describeDifference } from "./difference-text.ts";

const side = (name: string) => ({ name, contentHash: "0123456789abcdef" });
const time = Date.UTC(2024, 0, 2);

test("a difference is told in a line, a table and the first bars", () => {
  const text = describeDifference({
    left: side("old"),
    right: side("new"),
    equal: false,
    added: 1,
    removed: 0,
    changed: 1200,
    series: [
      {
        symbol: "X",
        rows: [2000, 2001],
        added: 1,
        removed: 0,
        changed: 1200,
        byColumn: { close: 1200, volume: 1 },
        instrument: true,
        actions: { added: 1, removed: 2 },
        first: [
          { time, kind: "added" },
          { time: time + 60_000, kind: "changed", values: { close: [1.5, 2], volume: [NaN, 3] } },
        ],
      },
    ],
  });
  expect(text).toBe(
    [
      "From old@0123456789ab to new@0123456789ab: 1 bars added, 0 removed, 1,200 changed",
      "",
      "symbol  bars before  after  added  removed  changed  columns               besides",
      "X              2000   2001      1        0     1200  close 1200, volume 1  instrument, 1 corporate actions added, 2 corporate actions removed",
      "",
      "X, by close (UTC):",
      "  + 2024-01-02T00:00:00.000Z  added",
      "  ~ 2024-01-02T00:01:00.000Z  close 1.5 -> 2, volume NaN -> 3",
      "  and 1,199 more",
    ].join("\n"),
  );
});

test("equal contents are said to be", () => {
  const nothing = { added: 0, removed: 0, changed: 0, series: [] };
  expect(describeDifference({ left: side("a"), right: side("b"), equal: true, ...nothing })).toBe(
    "a@0123456789ab and b@0123456789ab hold the same.",
  );
});
