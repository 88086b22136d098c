import { UserError } from "../base/index.ts";
import type { ReadOptions } from "./read-options.ts";

/** What bars need of a file. */
export const barFields = ["time", "open", "high", "low", "close", "volume"] as const;
export type BarField = (typeof barFields)[number];

/** Where things stand in a row of a file: indexes of columns, −1 where there is none. */
export type ColumnIndexes = Readonly<Record<BarField | "symbol" | "clock", number>>;

const aliases: Readonly<Record<BarField | "symbol", readonly RegExp[]>> = {
  time: [
    /^(?:timestamp|datetime|date)(?:utc|gmt)?$/,
    /^(?:time|opentime|gmttime|localtime|bartime|windowstart|startdate)$/,
    /^(?:unix|epoch)(?:time|timestamp)?$|^(?:ts|t)$/,
    /^closetime$/,
    /^(?:trade|trading|price|microsoft)(?:date|time)$/,
    /^indexlevel0$|^index$|^$/, // What pandas calls an index, where it stands first.
  ],
  open: [/^open(?:price)?$|^o$/],
  high: [/^high(?:price)?$|^h$/],
  low: [/^low(?:price)?$|^l$/],
  close: [/^close(?:price)?$|^c$/, /^(?:closelast|last|price)$/],
  volume: [/^(?:tick|base|total)?vol(?:ume.*)?$|^v$/], // The first of several is in units of the instrument.
  symbol: [/^(?:symbol|ticker|instrument|pair|code)$/],
};

/** "Adj Close", "<ADJ_CLOSE>" and "5. adjusted close" are written alike. */
const normalised = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/^\d+(?=[a-z])/, "");

/** Finds the columns of bars in a header, by the names given or else by the usual ones. */
export function findColumns(header: readonly string[], named: ReadOptions["columns"]): ColumnIndexes {
  const plain = header.map(normalised);
  const find = (field: BarField | "symbol"): number => {
    const name = named[field];
    if (name !== undefined) {
      const exact = header.findIndex((cell) => cell.trim() === name);
      return exact >= 0 ? exact : header.findIndex((cell) => cell.trim().toLowerCase() === name.toLowerCase());
    }
    for (const alias of aliases[field]) {
      const index = plain.findIndex((cell, place) => alias.test(cell) && (cell !== "" || place === 0));
      if (index >= 0) return index;
    }
    return -1;
  };
  const time = find("time");
  const clock = plain[time] === "date" && named.time === undefined ? plain.indexOf("time") : -1; // MetaTrader writes them apart.
  return {
    time,
    clock,
    open: find("open"),
    high: find("high"),
    low: find("low"),
    close: find("close"),
    volume: find("volume"),
    symbol: find("symbol"),
  };
}

/** The fields that bars cannot do without and that were not found; a column that was named must be there. */
export const missingFields = (columns: ColumnIndexes, named: ReadOptions["columns"]): (BarField | "symbol")[] =>
  ([...barFields, "symbol"] as const).filter(
    (field) => columns[field] < 0 && ((field !== "volume" && field !== "symbol") || named[field] !== undefined),
  );

/** The error for a file whose header lacks something: it lists what was found and names the option that helps. A file with times and values but no opens, highs or lows is told apart. */
export function missingColumnError(
  file: string,
  header: readonly string[],
  missing: readonly string[],
  named: ReadOptions["columns"],
): UserError {
  const field = missing[0]! as BarField | "symbol";
  const what = named[field] === undefined ? `no column for ${missing.join(", ")}` : `no column "${named[field]}" for ${field}`;
  const found = header
    .map((cell) => `"${cell.trim().slice(0, 40)}"`)
    .slice(0, 30)
    .join(", ");
  if (!missing.includes("time") && ["open", "high", "low"].every((name) => missing.includes(name)) && header.length > 1) {
    return new UserError("data/not-bars", `${file}: rows with a time and no bars; the file has ${found}`, {
      path: file,
      hint: "Prices are read as closes with the option closeOnly (symbol names one of several columns); rates, factors and news are series beside bars.",
    });
  }
  return new UserError("data/missing-column", `${file}: ${what}; the file has ${found}`, {
    path: `columns.${field}`,
    hint: `Name the column with the option columns, such as { ${missing.map((name) => `${name}: "…"`).join(", ")} }.`,
  });
}
