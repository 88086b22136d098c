import { z } from "zod";

/** How the day and the month stand in dates such as 03/04/2020. */
export const dateFormats = ["D/M/Y", "M/D/Y"] as const;
export type DateFormat = (typeof dateFormats)[number];

const column = z.string().min(1).optional();

/** What a person may say about a file of bars. Everything has a default or is found in the file itself. */
export const readOptions = {
  columns: z
    .strictObject({ time: column, open: column, high: column, low: column, close: column, volume: column, symbol: column })
    .default({})
    .describe("names of the columns, where they are not the usual ones"),
  symbol: z.string().min(1).optional().describe("which symbol of a file with several; else the instrument's name"),
  currency: z.string().min(1).default("USD").describe("what prices are in"),
  tickSize: z.number().positive().optional().describe("smallest price step; inferred from the prices"),
  lotSize: z.number().positive().optional().describe("smallest quantity; 0.001, or 1 for prices below 1"),
  timeZone: z.string().min(1).optional().describe("IANA zone of times that carry none; UTC"),
  dateFormat: z.enum(dateFormats).optional().describe("order of day and month, where the file leaves it open"),
  stamp: z.enum(["open", "close"]).optional().describe("what a bar's time marks: its open (default) or its close"),
  intervalMs: z.number().positive().optional().describe("length of a bar; inferred from the times"),
  calendar: z.string().min(1).optional().describe("exchange calendar by which gaps are judged; the series' own week unless given"),
  closeOnly: z.boolean().default(false).describe("read closes alone: open, high and low are then the close"),
  strict: z.boolean().default(false).describe("refuse the file at the first row that would be quarantined"),
} as const satisfies z.core.$ZodShape;

/** The options, parsed. */
export type ReadOptions = z.output<z.ZodObject<typeof readOptions, z.core.$strict>>;

/** The options as a person writes them. */
export type ReadOptionsInput = z.input<z.ZodObject<typeof readOptions, z.core.$strict>>;
