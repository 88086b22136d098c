import { z } from "zod";
import { hashOf } from "../../base/index.ts";
import type { DatedSeries } from "../../data/index.ts";
import type { AsOfColumns } from "./as-of-columns.ts";

/** What is made of a series at each bar. */
export const seriesColumnParams = {
  name: z.string().min(1).describe("name of the column"),
  form: z
    .enum(["level", "difference", "log-change", "over-price"])
    .default("level")
    .describe("the value, its change since `periods` before (plain or of logarithms), or the value over the bar's close"),
  periods: z.int().min(1).max(1000).default(1).describe("how many periods back a change reaches"),
  age: z.boolean().default(true).describe("a second column, `name-age`: days since the value became known"),
  maxAgeDays: z.number().positive().optional().describe("a value known for longer counts as missing"),
  missing: z.number().optional().describe("stands for the value where there is none, and its age is then that of the longest allowed or 0"),
} as const satisfies z.core.$ZodShape;

/** What is made of a series, parsed. */
export type SeriesColumnParams = z.output<z.ZodObject<typeof seriesColumnParams, z.core.$strict>>;

/** Names of the columns that a series adds. */
export const seriesColumnNames = ({ name, age }: Pick<SeriesColumnParams, "name" | "age">): string[] =>
  age ? [name, `${name}-age`] : [name];

const dayMs = 86_400_000;

/** A series as it was known at moments that only go forward: each period with its newest vintage by then. */
export class KnownSeries {
  private readonly series: DatedSeries;
  private next = 0;
  /** Periods in order, and what was last said of each. */
  private readonly periods: number[] = [];
  private readonly values: number[] = [];
  private latestKnownAt = NaN;

  constructor(series: DatedSeries) {
    this.series = series;
  }

  /** Takes in what became known up to `time`. */
  advance(time: number): void {
    const { knownAt, period, value } = this.series;
    for (; this.next < knownAt.length && knownAt[this.next]! <= time; this.next++) {
      this.learn(period[this.next]!, value[this.next]!, knownAt[this.next]!);
    }
  }

  /** The value of the period `back` before the latest one that is known; NaN where there is none. */
  value(back = 0): number {
    return this.values[this.values.length - 1 - back] ?? NaN;
  }

  /** When the value of the latest period became known, in its newest vintage; NaN where there is none. */
  get knownAt(): number {
    return this.latestKnownAt;
  }

  private learn(period: number, value: number, knownAt: number): void {
    let place = this.periods.length;
    while (place > 0 && this.periods[place - 1]! >= period) place--;
    const isRevision = this.periods[place] === period;
    if (isRevision) this.values[place] = value;
    else {
      this.periods.splice(place, 0, period);
      this.values.splice(place, 0, value);
    }
    if (place === this.periods.length - 1) this.latestKnownAt = knownAt;
  }
}

/**
 * A series as columns: of the latest period known when a bar closes its value, in the newest vintage by then, and since how many days that
 * has been known. A change is between two periods as both were known then. `identity` is hashed in place of the numbers, for those who
 * know how much of a growing series decided; `over-price` is scale-free, such as earnings a share over the price.
 */
export function seriesColumns(params: SeriesColumnParams, series: DatedSeries, identity: string): AsOfColumns {
  const { form, periods, age, maxAgeDays = Infinity, missing = NaN } = params;
  const ageMissing = Number.isNaN(missing) ? NaN : Number.isFinite(maxAgeDays) ? maxAgeDays : 0;
  const formOf = (known: KnownSeries, close: number): number => {
    if (form === "level") return known.value();
    if (form === "over-price") return known.value() / close;
    if (form === "difference") return known.value() - known.value(periods);
    return Math.log(known.value() / known.value(periods));
  };
  return {
    names: seriesColumnNames(params),
    hash: hashOf({ schema: "tradewind/series-column@1", params, series: identity }),
    start() {
      const known = new KnownSeries(series);
      return ({ closeTime, close }, out) => {
        known.advance(closeTime);
        const ageDays = (closeTime - known.knownAt) / dayMs;
        const value = ageDays <= maxAgeDays ? formOf(known, close) : NaN;
        const isThere = Number.isFinite(value);
        out[0] = isThere ? value : missing;
        if (age) out[1] = isThere ? ageDays : ageMissing;
      };
    },
  };
}
