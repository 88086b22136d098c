import { basename } from "node:path";
import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { fileSha256 } from "../file-format.ts";
import { parseNumberCell } from "../number-cell.ts";
import { dateFormats } from "../read-options.ts";
import { StampColumn } from "../stamp-column.ts";
import { timeZone, type TimeZone } from "../time-zone.ts";
import { datedSeries, type DatedSeries, type DatedValue } from "./dated-series.ts";
import { inferPeriod, isMidnight, latestMoment, momentText, periodEnd, type PeriodKind, periodKinds, readPeriod } from "./period.ts";
import { columnOf, readTable, type TableRow } from "./table.ts";

const column = z.string().min(1).optional();

/** How a file of dated values is read: macro data, fundamentals, or any numbers that become known at some time. */
export const seriesOptions = {
  period: column.describe("column of the date or period that a value describes; found by its usual names, else the first column"),
  value: column.describe("column of the value; found where there is only one of numbers"),
  knownAt: column.describe("column of the time at which a value was published, where the file has it"),
  where: z.record(z.string(), z.string()).default({}).describe("rows that count, by what stands in other columns"),
  periodKind: z.enum(periodKinds).optional().describe("what a date stands for; inferred: first days of months are months"),
  lagDays: z
    .number()
    .min(0)
    .max(3660)
    .default(0)
    .describe("days from a period's end until its value is known, where the file does not say"),
  timeZone: z.string().min(1).default("UTC").describe("IANA zone of dates, and of times that carry none"),
  dateFormat: z.enum(dateFormats).optional().describe("order of day and month, where the file leaves it open"),
} as const satisfies z.core.$ZodShape;

/** The options, parsed. */
export type SeriesOptions = z.output<z.ZodObject<typeof seriesOptions, z.core.$strict>>;

/** What a file of dated values held. */
export interface SeriesReport {
  readonly file: string;
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly rows: {
    readonly read: number;
    readonly other: number;
    readonly missing: number;
    readonly duplicate: number;
    readonly kept: number;
  };
  readonly columns: { readonly period: string; readonly value: string; readonly knownAt: string | null };
  readonly periodKind: PeriodKind;
  /** Values of periods that had one before. */
  readonly revisions: number;
}

interface Cell {
  readonly line: number;
  readonly period: string;
  readonly knownAt: string;
  readonly value: number;
}

const usual = {
  period:
    /^(?:date|time|datetime|timestamp|period|month|quarter|year|observation[_ ]?date|report[_ ]?date|(?:fiscal[_ ]?)?(?:period|date|quarter|year)?[_ ]?end(?:[_ ]?date)?)\b/i,
  knownAt:
    /^(?:known[_ ]?at|publish(?:ed)?(?:[_ ]?(?:at|on|date))?|publication[_ ]?date|releas(?:e|ed)[_ ]?(?:at|date)|realtime[_ ]start|filed|filing[_ ]?date|vintage[_ ]?date)$/i,
};

/**
 * Reads dated values from CSV or JSON lines. A value is known at the end of its period plus `lagDays`, in `timeZone`, or when its column
 * `knownAt` says; a date there is over when its day is. Cells that say there is none (empty, `.`, NA) are counted and left out, equal
 * rows too; two values of one period that become known together are `data/invalid-value`, for then the file holds several series.
 */
export async function readSeries(
  path: string,
  options: SeriesOptions,
): Promise<{ readonly series: DatedSeries; readonly report: SeriesReport }> {
  const file = basename(path);
  const { cells, columns, counts } = await readCells(path, file, options);
  if (cells.length === 0) throw nothingThere(file, counts, options.where);
  const zone = timeZone(options.timeZone);
  const { ends, kind } = periodsOf(cells, file, zone, options);
  const published = columns.knownAt === undefined ? undefined : momentsOf(cells, file, zone, options);
  const lagMs = options.lagDays * 86_400_000;
  const values = cells.map(({ line, value }, index): DatedValue & { readonly line: number } => {
    const period = ends[index]!;
    const knownAt = published ? published[index]! : period + lagMs;
    if (knownAt >= period) return { period, knownAt, value, line };
    throw new UserError(
      "data/invalid-value",
      `${file}: line ${line} was published at ${momentText(knownAt)}, before its period ended at ${momentText(period)}`,
      {
        path: columns.knownAt!,
        hint: "Name the column of the publication time with `knownAt`, and say with `periodKind` what the dates stand for.",
      },
    );
  });
  const { kept, duplicate } = withoutRepeats(values, file);
  const revisions = kept.length - new Set(kept.map(({ period }) => period)).size;
  return {
    series: datedSeries(kept),
    report: {
      file,
      sha256: await fileSha256(path, file),
      rows: { ...counts, duplicate, kept: kept.length },
      columns: { period: columns.period, value: columns.value, knownAt: columns.knownAt ?? null },
      periodKind: kind,
      revisions,
    },
  };
}

async function readCells(path: string, file: string, options: SeriesOptions) {
  const cells: Cell[] = [];
  const counts = { read: 0, other: 0, missing: 0 };
  let columns: ReturnType<typeof columnsOf> | undefined;
  for await (const row of readTable(path)) {
    columns ??= columnsOf(row, file, options);
    counts.read++;
    if (!Object.entries(options.where).every(([name, wanted]) => row.cells[name] === wanted)) {
      counts.other++;
      continue;
    }
    const written = row.cells[columns.value] ?? "";
    const value = parseNumberCell(written, false);
    if (value === undefined || Math.abs(value) === Infinity) {
      throw new UserError("data/invalid-value", `${file}: line ${row.line} holds "${written.slice(0, 40)}" where a number should be`, {
        path: columns.value,
        hint: "Name the column of the values with `value`, or mend the line.",
      });
    }
    if (Number.isNaN(value)) counts.missing++;
    else
      cells.push({
        line: row.line,
        period: row.cells[columns.period] ?? "",
        knownAt: columns.knownAt === undefined ? "" : (row.cells[columns.knownAt] ?? ""),
        value,
      });
  }
  if (!columns) throw nothingThere(file, counts, {});
  return { cells, columns, counts };
}

function columnsOf({ cells }: TableRow, file: string, options: SeriesOptions) {
  const names = Object.keys(cells);
  for (const name of Object.keys(options.where)) columnOf(names, name, /^$/, { file, what: "where" });
  const period =
    options.period === undefined
      ? (names.find((name) => usual.period.test(name)) ?? names[0]!)
      : columnOf(names, options.period, /^$/, { file, what: "period" })!;
  const knownAt = columnOf(names, options.knownAt, usual.knownAt, { file, what: "knownAt", needed: false });
  return { period, knownAt: knownAt === period ? undefined : knownAt, value: valueColumn(names, cells, file, options, [period, knownAt]) };
}

/** The one column of numbers that is nothing else. */
function valueColumn(
  names: readonly string[],
  cells: TableRow["cells"],
  file: string,
  { value, where }: SeriesOptions,
  taken: readonly (string | undefined)[],
): string {
  if (value !== undefined) return columnOf(names, value, /^$/, { file, what: "value" })!;
  const open = names.filter((name) => !taken.includes(name) && !Object.hasOwn(where, name) && name !== "");
  const named = open.filter((name) => /^value$/i.test(name));
  const written = open.filter((name) => cells[name] !== "" && parseNumberCell(cells[name]!, false) !== undefined);
  const numbers = named.length === 1 ? named : written.length > 0 ? written : open.filter((name) => cells[name] === "");
  if (numbers.length === 1) return numbers[0]!;
  throw new UserError(
    "data/missing-column",
    `${file}: ${numbers.length === 0 ? "no column holds numbers" : `${numbers.join(", ")} may all be the value`}`,
    {
      path: "value",
      hint: "Name the column of the values with `value`.",
    },
  );
}

/** The end of each cell's period in ms, UTC, and what periods there are. */
function periodsOf(cells: readonly Cell[], file: string, zone: TimeZone, { periodKind, dateFormat }: SeriesOptions) {
  const written = cells.map(({ period }) => readPeriod(period));
  const kinds = [...new Set(written.map((each) => each?.kind))];
  if (kinds.length > 1) {
    const names = kinds.map((kind) => kind ?? "date");
    throw new UserError("data/invalid-value", `${file}: periods of several lengths are mixed: ${names.join(", ")}`, {
      path: "where",
      hint: 'Say with `where` which rows are meant, such as { "FREQUENCY": "M" }.',
    });
  }
  const toEnd = (kind: PeriodKind, local: number) => zone.toUtc(periodEnd(kind, local));
  if (written[0]) {
    const { kind } = written[0];
    return { kind, ends: written.map((each) => toEnd(kind, each!.start)) };
  }
  const { local, utc } = timesOf(cells, (cell) => cell.period, file, "period", zone, dateFormat);
  const kind = periodKind ?? (local.every(isMidnight) ? inferPeriod(local) : "instant");
  return { kind, ends: kind === "instant" ? utc : local.map((each) => toEnd(kind, each)) };
}

/** When each value was published, in ms, UTC; a date, or a time that is midnight to the second, is the end of its day. */
function momentsOf(cells: readonly Cell[], file: string, zone: TimeZone, { dateFormat }: SeriesOptions): number[] {
  const { local, utc } = timesOf(cells, (cell) => cell.knownAt, file, "knownAt", zone, dateFormat);
  return utc.map((time, index) => (isMidnight(local[index]!) ? zone.toUtc(periodEnd("day", local[index]!)) : time));
}

/** The times of a column, by the clock on the wall and in UTC. */
function timesOf(
  cells: readonly Cell[],
  textOf: (cell: Cell) => string,
  file: string,
  what: string,
  zone: TimeZone,
  dateFormat: SeriesOptions["dateFormat"],
): { readonly local: number[]; readonly utc: number[] } {
  const stamps = new StampColumn(file);
  for (const cell of cells) stamps.add(textOf(cell));
  const { time, zoned } = stamps.finish(dateFormat);
  const bad = time.findIndex(Number.isNaN);
  if (bad < 0) {
    const all = Array.from(time);
    return zoned
      ? { local: all.map((each) => zone.toLocal(each)), utc: all }
      : { local: all, utc: all.map((each) => latestMoment(zone, each)) };
  }
  throw new UserError(
    "data/invalid-value",
    `${file}: line ${cells[bad]!.line} holds "${textOf(cells[bad]!).slice(0, 40)}" where a date should be`,
    {
      path: what,
      hint: `Name the column with \`${what}\`, or mend the line.`,
    },
  );
}

/** Each (period, knownAt) once. Of a period whose value is republished unchanged the first is kept: nothing new became known. */
function withoutRepeats(values: readonly (DatedValue & { readonly line: number })[], file: string) {
  const ordered = values.toSorted((left, right) => left.period - right.period || left.knownAt - right.knownAt);
  const kept: DatedValue[] = [];
  let duplicate = 0;
  for (const { line, ...next } of ordered) {
    const last = kept.at(-1);
    if (last?.period === next.period && last.value === next.value) duplicate++;
    else if (last?.period === next.period && last.knownAt === next.knownAt) throw conflict(file, line, next);
    else kept.push(next);
  }
  return { kept, duplicate };
}

const conflict = (file: string, line: number, { period }: DatedValue) =>
  new UserError(
    "data/invalid-value",
    `${file}: line ${line} gives another value for the period to ${momentText(period)}, known at the same time`,
    {
      path: "where",
      hint: "Say with `where` which of several series is meant, or name the column of the publication time with `knownAt`.",
    },
  );

const nothingThere = (
  file: string,
  { read, missing }: { readonly read: number; readonly missing: number },
  where: SeriesOptions["where"],
) => {
  const wanted = Object.entries(where).map(([name, value]) => `${name} "${value}"`);
  const which = wanted.length === 0 ? "" : ` with ${wanted.join(" and ")}`;
  return new UserError(
    "data/empty",
    `${file}: there is no value${which} in ${read} rows${missing > 0 ? `; ${missing} say that there is none` : ""}`,
    {
      path: file,
      hint: "Check the file, and `where` if it is given.",
    },
  );
};
