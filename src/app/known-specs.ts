import { z } from "zod";
import { UserError } from "../base/index.ts";
import { newsOptions, seriesOptions } from "../data/index.ts";
import { newsColumnNames, newsColumnParams, newsDeskParams, seriesColumnNames, seriesColumnParams } from "../features/index.ts";

const file = z.string().min(1);

/** A file of dated values, such as macro data or fundamentals, and what becomes of it as columns of features. */
export const SeriesSpec = z.strictObject({ file, ...seriesOptions, ...seriesColumnParams });

export type SeriesSpec = z.output<typeof SeriesSpec>;

/** Who says what news mean. */
export const ScorerSpec = z.discriminatedUnion("kind", [
  /** The lexicon that comes with the program. */
  z.strictObject({ kind: z.literal("lexicon") }),
  /** The column `columns.score` of the file itself: `neutral` becomes 0, and what lies `span` from it −1 or 1. */
  z.strictObject({ kind: z.literal("given"), neutral: z.number().default(0), span: z.number().positive().default(1) }),
  /** A text classifier in a folder: model.onnx, its tokenizer and config.json. */
  z.strictObject({
    kind: z.literal("onnx"),
    folder: z.string().min(1),
    mostTokens: z.int().min(4).max(4096).exactOptional(),
    batchSize: z.int().min(1).max(1024).exactOptional(),
    /** Names of the classes, where the model does not call them positive and negative. */
    labels: z.strictObject({ positive: z.string().min(1), negative: z.string().min(1) }).exactOptional(),
  }),
]);

export type ScorerSpec = z.output<typeof ScorerSpec>;

/** A file of news or posts, and what becomes of it as columns of features. */
export const NewsSpec = z.strictObject({
  file,
  ...newsOptions,
  ...newsDeskParams,
  ...newsColumnParams,
  scorer: ScorerSpec.prefault({ kind: "lexicon" }),
});

export type NewsSpec = z.output<typeof NewsSpec>;

/** The fields of an experiment that add columns of what was known beside the bars. */
export interface KnownSpecs {
  readonly series?: readonly SeriesSpec[];
  readonly news?: readonly NewsSpec[];
}

/** Names of the columns, in order, each with the path of the field that asks for it. */
const knownNames = ({ series = [], news = [] }: KnownSpecs): { readonly name: string; readonly path: string }[] => [
  ...series.flatMap((spec, index) => seriesColumnNames(spec).map((name) => ({ name, path: `series.${index}.name` }))),
  ...news.flatMap((spec, index) => newsColumnNames(spec).map((name) => ({ name, path: `news.${index}.name` }))),
];

/** Refuses columns that are named as a feature or as one another: `config/invalid`. Gives the names of all columns. */
export function checkKnown(specs: KnownSpecs, features: readonly string[]): string[] {
  const names = [...features];
  for (const { name, path } of knownNames(specs)) {
    if (names.includes(name))
      throw new UserError("config/invalid", `${path}: "${name}" is there already`, { path, hint: "Give each column a name of its own." });
    names.push(name);
  }
  return names;
}
