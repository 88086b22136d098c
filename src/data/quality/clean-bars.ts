import { z } from "zod";
import { type Bar, type Bars, barsFrom, type CorporateAction, emptyBar, readBar } from "../../domain/index.ts";
import { formatTime } from "../report-text.ts";
import { changeDeeds, changeKinds, Cleaner } from "./cleaner.ts";
import { BarState, barToState } from "./cleaner-state.ts";
import { type CleaningPlan, planHash } from "./cleaning-plan.ts";

const count = z.int().nonnegative();
const BarValues = BarState.omit({ closeTime: true });

/** What cleaning did. Times are bar-close, ms since the epoch, UTC; rows are of the bars that came in, from 0; null stands for no number. */
export const CleaningReport = z.strictObject({
  schema: z.literal("tradewind/cleaning-report@1"),
  symbol: z.string(),
  /** SHA-256 of the plan, and the window that it was fitted on. */
  plan: z.string(),
  fitted: z.strictObject({ from: z.number(), to: z.number() }),
  /** read = kept + leftOut; bars after a restated split are changed all, and counted here. */
  rows: z.strictObject({ read: count, kept: count, leftOut: count, restated: count }),
  counts: z.array(z.strictObject({ kind: z.enum(changeKinds), deed: z.enum(changeDeeds), bars: count })),
  /** In time order, up to a thousand. */
  changes: z.array(
    z.strictObject({
      row: count,
      time: z.number(),
      kind: z.enum(changeKinds),
      deed: z.enum(changeDeeds),
      before: BarValues,
      after: BarValues.nullable(),
    }),
  ),
  /** Splits that were found, where the plan lists them. */
  actions: z.array(
    z.strictObject({ kind: z.literal("split"), timeMs: z.number(), numerator: z.int().positive(), denominator: z.int().positive() }),
  ),
});

export type CleaningReport = z.infer<typeof CleaningReport>;

/** Clean bars with the account of what was done. */
export interface CleanBars {
  readonly bars: Bars;
  /** The listed actions together with those found. */
  readonly actions: readonly CorporateAction[];
  readonly report: CleaningReport;
}

const mostListed = 1000;

/** What a `Cleaner` gives for whole columns. The bars themselves are not changed. */
export function cleanBars(bars: Bars, plan: CleaningPlan, actions: readonly CorporateAction[] = []): CleanBars {
  const cleaner = new Cleaner(plan, actions);
  const kept: Bar[] = [];
  const counts = new Map<string, CleaningReport["counts"][number]>();
  const changes: CleaningReport["changes"] = [];
  const found: CleaningReport["actions"] = [];
  let restated = 0;
  const bar = emptyBar();
  for (let row = 0; row < bars.close.length; row++) {
    const cleaned = cleaner.update(readBar(bars, row, bar));
    if (cleaned.bar) kept.push({ ...cleaned.bar });
    if (cleaned.action) found.push(cleaned.action);
    if (cleaner.isRestating && cleaned.bar) restated++;
    for (const { kind, deed } of cleaned.changes) {
      const known = counts.get(`${kind} ${deed}`);
      if (known) known.bars++;
      else counts.set(`${kind} ${deed}`, { kind, deed, bars: 1 });
      if (changes.length < mostListed)
        changes.push({ row, time: bar.closeTime, kind, deed, before: valuesOf(bar), after: cleaned.bar ? valuesOf(cleaned.bar) : null });
    }
  }
  const { from, to } = plan.fitted;
  return {
    bars: barsFrom(bars.instrument, kept),
    actions: [...actions, ...found].toSorted((left, right) => left.timeMs - right.timeMs),
    report: {
      schema: "tradewind/cleaning-report@1",
      symbol: bars.instrument.symbol,
      plan: planHash(plan),
      fitted: { from, to },
      rows: { read: bars.close.length, kept: kept.length, leftOut: bars.close.length - kept.length, restated },
      counts: [...counts.values()],
      changes,
      actions: found,
    },
  };
}

const valuesOf = (bar: Readonly<Bar>): z.infer<typeof BarValues> => {
  const { closeTime: _, ...values } = barToState(bar);
  return values;
};

const mostShown = 8;

/** The report for a person, as lines of text. */
export function formatCleaningReport({ symbol, plan, fitted, rows, counts, changes, actions }: CleaningReport): string {
  const lines: [label: string, text: string][] = [
    ["plan", `SHA-256 ${plan.slice(0, 12)}, fitted on ${formatTime(fitted.from)} to ${formatTime(fitted.to)} alone`],
    [
      "rows",
      `${rows.read} read = ${rows.kept} kept + ${rows.leftOut} left out${rows.restated > 0 ? `; ${rows.restated} in an earlier scale` : ""}`,
    ],
    ["changes", counts.length === 0 ? "none" : counts.map(({ kind, deed, bars }) => `${bars} ${kind} ${deed}`).join(", ")],
    ...changes
      .slice(0, mostShown)
      .map(({ time, kind, deed, before, after }): [string, string] => [
        "",
        `${formatTime(time)}: ${kind} ${deed}, close ${before.close ?? "none"}${deed === "believed" || after === null || after.close === before.close ? "" : ` → ${after.close ?? "none"}`}`,
      ]),
    ...(changes.length > mostShown ? [["", "and more: --json lists them"] as [string, string]] : []),
    ...actions.map(({ timeMs, numerator, denominator }): [string, string] => [
      "split",
      `${numerator}:${denominator} from ${formatTime(timeMs)} on`,
    ]),
  ];
  return [symbol, ...lines.map(([label, text]) => `  ${label.padEnd(12)}${text}`)].join("\n");
}
