import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { UserError } from "../../base/index.ts";

/** Turns texts into the numbers that a model knows their pieces by. */
export interface TextTokenizer {
  /** The pieces of a text with those that the model wants around it, cut so that all fit. */
  encode(text: string, mostTokens: number): number[];
  readonly paddingId: number;
  /** The most pieces that the tokenizer's own files allow; Infinity where they say nothing. */
  readonly mostTokens: number;
}

/** What is read here of `tokenizer.json`; the library reads the rest. */
const TokenizerFile = z.looseObject({
  model: z.looseObject({}),
  added_tokens: z.array(z.looseObject({ id: z.int().min(0), content: z.string() })).default([]),
  truncation: z.looseObject({ max_length: z.int().positive() }).nullable().optional(),
  padding: z
    .looseObject({ pad_id: z.int().min(0) })
    .nullable()
    .optional(),
});

/** What is read here of `tokenizer_config.json`. A model without a limit has one of 10³⁰. */
const TokenizerConfig = z.looseObject({
  model_max_length: z.number().positive().optional(),
  do_lower_case: z.boolean().optional(),
  pad_token: z
    .union([z.string(), z.looseObject({ content: z.string() })])
    .nullable()
    .optional(),
});

/** A folder of a model that is not whole: `model/invalid`. */
export const brokenModel = (path: string, what: string, hint: string, cause?: unknown) =>
  new UserError("model/invalid", `${path}: ${what}`, { path, hint, cause });

/** Reads a JSON file of a model's folder against a schema; `undefined` where it is absent. */
export function readModelJson<Schema extends z.ZodType>(folder: string, file: string, schema: Schema): z.output<Schema> | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw brokenModel(path, "the file is damaged or of another kind", "Fetch the model's files again.", cause);
  }
}

/**
 * The tokenizer of a folder: `tokenizer.json` as Hugging Face writes it, or else the WordPiece of BERT from `vocab.txt`, a piece a line.
 * Neither, or one that cannot be read, is `model/invalid`.
 */
export async function openTokenizer(folder: string): Promise<TextTokenizer> {
  const config = readModelJson(folder, "tokenizer_config.json", TokenizerConfig) ?? {};
  const file = readModelJson(folder, "tokenizer.json", TokenizerFile) ?? wordPieces(folder, config.do_lower_case ?? true);
  const { Tokenizer: Library } = await import("@huggingface/tokenizers");
  const tokenizer = build(() => new Library(file, config), folder);
  const pad = typeof config.pad_token === "string" ? config.pad_token : (config.pad_token?.content ?? "[PAD]");
  return {
    paddingId: file.padding?.pad_id ?? tokenizer.token_to_id(pad) ?? 0,
    mostTokens: Math.min(file.truncation?.max_length ?? Infinity, config.model_max_length ?? Infinity),
    encode: (text, mostTokens) => truncated(tokenizer, text, mostTokens),
  };
}

function build(make: () => Tokenizer, folder: string): Tokenizer {
  try {
    const tokenizer = make();
    tokenizer.encode("profit rises 5 %");
    return tokenizer;
  } catch (cause) {
    throw brokenModel(
      join(folder, "tokenizer.json"),
      `the tokenizer does not work: ${(cause as Error).message}`,
      "Fetch the model's files again.",
      cause,
    );
  }
}

/** Cuts the text and not the pieces that the model wants behind it. */
function truncated(tokenizer: Tokenizer, text: string, mostTokens: number): number[] {
  const ids: readonly number[] = tokenizer.encode(text).ids;
  if (ids.length <= mostTokens) return [...ids];
  const bare: readonly number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const around = ids.length - bare.length;
  let before = 0;
  while (before < around && !bare.every((id, index) => ids[before + index] === id)) before++;
  return [...ids.slice(0, before), ...bare.slice(0, Math.max(mostTokens - around, 0)), ...ids.slice(before + bare.length)];
}

/** What `tokenizer.json` would say of a vocabulary of BERT (Devlin et al., 2019). */
function wordPieces(folder: string, lowercase: boolean): z.output<typeof TokenizerFile> {
  const path = join(folder, "vocab.txt");
  if (!existsSync(path)) {
    throw brokenModel(folder, "there is neither tokenizer.json nor vocab.txt", "Put the model's tokenizer beside it.");
  }
  const pieces = readFileSync(path, "utf8")
    .split(/\r?\n/)
    .filter((piece, index, all) => piece !== "" || index < all.length - 1);
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].filter((piece) => pieces.includes(piece));
  const missing = ["[UNK]", "[CLS]", "[SEP]"].find((piece) => !special.includes(piece));
  if (missing !== undefined) throw brokenModel(path, `it has no ${missing}`, "Give the vocabulary of a BERT model, or a tokenizer.json.");
  const place = (piece: string): [string, number] => [piece, pieces.indexOf(piece)];
  return {
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", cls: place("[CLS]"), sep: place("[SEP]") },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    added_tokens: special.map((content) => ({
      id: pieces.indexOf(content),
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, index) => [piece, index])),
    },
  };
}
