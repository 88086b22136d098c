import { UserError } from "../base/index.ts";
import type { DateFormat } from "./read-options.ts";
import type { Reading } from "./stamp.ts";

/** What the dates of a file say, taken together, about the order of day and month. */
export class DateOrder {
  private readonly file: string;
  private example = "";
  private open = false;
  private dayFirst = false;
  private monthFirst = false;
  private dots = false;

  /** `file` is its name for messages. */
  constructor(file: string) {
    this.file = file;
  }

  /** Takes a date into account whose order its writing leaves open. */
  weigh(text: string, { time, swapped, format }: Reading): void {
    this.example ||= text;
    if (Number.isNaN(swapped)) this.monthFirst = true;
    else if (Number.isNaN(time)) this.dayFirst = true;
    else if (time !== swapped) this.open = true;
    if (format.startsWith("?.")) this.dots = true;
  }

  /** The order; one that stays open, or differs from date to date, is a `UserError` that asks for `dateFormat`. */
  decide(): DateFormat {
    const { file, example, open, dayFirst, monthFirst, dots } = this;
    if (dayFirst !== monthFirst) return dayFirst ? "D/M/Y" : "M/D/Y";
    if (!open && !dayFirst) return "M/D/Y"; // Nothing depends on it.
    if (!dayFirst && dots) return "D/M/Y"; // Dates with dots have the day first wherever they are in use.
    throw new UserError(
      "data/invalid-value",
      `${file}: ${dayFirst ? "some dates have the day first and some the month" : `dates such as ${example} may have the day or the month first`}`,
      { path: "time", hint: 'Set the option dateFormat to "D/M/Y" or "M/D/Y".' },
    );
  }
}
