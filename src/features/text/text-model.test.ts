import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  plainTinyBert,
  tinyBert,
  tinySizes,
  tinyTokenizer,
  tinyVocabulary,
  tinyWeights,
  writeTinyBert,
} from "../../app/testing/tiny-bert.ts";
import { constant, encodeOnnx, input } from "../../graph/index.ts";
import { openTextModel, type TextModelOptions } from "./text-model.ts";
import { openTokenizer } from "./text-tokenizer.ts";

const root = mkdtempSync(join(tmpdir(), "tradewind-text-model-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
function modelFolder(change: (folder: string) => void = () => undefined): string {
  const folder = join(root, `model-${folders++}`);
  writeTinyBert(folder);
  change(folder);
  return folder;
}
const write = (folder: string, file: string, content: unknown) =>
  writeFileSync(join(folder, file), typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content));
const withConfig = (config: unknown) => modelFolder((folder) => write(folder, "config.json", config));

const texts = [
  "Profits rise",
  "The shares fall 5 %.",
  "not strong",
  "weak weak weak",
  "",
  "something else: 日本 rises",
  "profit ".repeat(30),
  "Loss, loss, LOSS!",
];
/** Pieces of the texts, written out by hand where that is short. */
const pieces: readonly string[][] = [
  ["[CLS]", "profit", "##s", "rise", "[SEP]"],
  ["[CLS]", "the", "share", "##s", "fall", "5", "%", ".", "[SEP]"],
  ["[CLS]", "not", "strong", "[SEP]"],
  ["[CLS]", "weak", "weak", "weak", "[SEP]"],
  ["[CLS]", "[SEP]"],
  ["[CLS]", "[UNK]", "[UNK]", "[UNK]", "[UNK]", "[UNK]", "rise", "##s", "[SEP]"],
  ["[CLS]", ...Array.from({ length: 10 }, () => "profit"), "[SEP]"],
  ["[CLS]", "loss", "[UNK]", "loss", "[UNK]", "loss", "[UNK]", "[SEP]"],
];
const idsOf = (words: readonly string[]) => words.map((word) => tinyVocabulary.indexOf(word));

function plainScore(words: readonly string[], [positive, negative] = [1, 2]) {
  const logits = plainTinyBert(tinyWeights(), idsOf(words));
  const shares = logits.map((logit) => Math.exp(logit));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return { score: (shares[positive!]! - shares[negative!]!) / total, confidence: Math.max(...shares) / total };
}

const scoreOf = async (folder: string, options?: TextModelOptions, of: readonly string[] = texts) =>
  (await openTextModel(folder, options)).score(of.map((text) => ({ text })));

describe("a text classifier", () => {
  test("gives what the plain twin gives, batched with longer texts or by itself", async () => {
    const folder = modelFolder();
    for (const batchSize of [1, 3, 16]) {
      const done: number[] = [];
      const scorer = await openTextModel(folder, { batchSize });
      const scores = await scorer.score(
        texts.map((text) => ({ text })),
        (count) => done.push(count),
      );
      for (const [index, words] of pieces.entries()) {
        const plain = plainScore(words);
        expect(scores[index]!.score, texts[index]).toBeCloseTo(plain.score, 5);
        expect(scores[index]!.confidence, texts[index]).toBeCloseTo(plain.confidence, 5);
      }
      expect(done).toHaveLength(Math.ceil(texts.length / batchSize));
      expect(done.at(-1)).toBe(texts.length);
    }
    expect(new Set(pieces.map((words) => plainScore(words).score.toFixed(3))).size).toBeGreaterThan(5); // It tells texts apart.
  });

  test("cuts texts, and not what it wants around them, at the shortest of its limits", async () => {
    const long = "profit ".repeat(30);
    const at = (most: number) => plainScore(["[CLS]", ...Array.from({ length: most - 2 }, () => "profit"), "[SEP]"]).score;
    const given = async (folder: string, options?: TextModelOptions) => (await scoreOf(folder, options, [long]))[0]!.score;
    expect(await given(modelFolder())).toBeCloseTo(at(tinySizes.places), 5);
    expect(await given(modelFolder(), { mostTokens: 6 })).toBeCloseTo(at(6), 5);
    const limited = modelFolder((folder) => write(folder, "tokenizer_config.json", { model_max_length: 7 }));
    expect(await given(limited)).toBeCloseTo(at(7), 5);
    const unlimited = modelFolder((folder) => write(folder, "tokenizer_config.json", { model_max_length: 1e30 }));
    expect(await given(unlimited)).toBeCloseTo(at(tinySizes.places), 5);
    const truncation = { ...tinyTokenizer, truncation: { max_length: 5, strategy: "LongestFirst", stride: 0 } };
    expect(await given(modelFolder((folder) => write(folder, "tokenizer.json", truncation)))).toBeCloseTo(at(5), 5);
    const roberta = {
      model_type: "roberta",
      id2label: { 0: "neutral", 1: "positive", 2: "negative" },
      max_position_embeddings: 10,
      pad_token_id: 1,
    };
    expect(await given(withConfig(roberta))).toBeCloseTo(at(8), 5);
  });

  test("reads the pieces of BERT from vocab.txt as from tokenizer.json", async () => {
    const folder = modelFolder((at) => {
      rmSync(join(at, "tokenizer.json"));
      write(at, "vocab.txt", `${tinyVocabulary.join("\n")}\n`);
    });
    const [json, vocabulary] = [await openTokenizer(modelFolder()), await openTokenizer(folder)];
    for (const text of texts) expect(vocabulary.encode(text, 12), text).toEqual(json.encode(text, 12));
    expect(texts.map((text) => vocabulary.encode(text, 12))).toEqual(pieces.map(idsOf));
    expect(await scoreOf(folder)).toEqual(await scoreOf(modelFolder()));
    const cased = modelFolder((at) => {
      rmSync(join(at, "tokenizer.json"));
      write(at, "vocab.txt", tinyVocabulary.join("\n"));
      write(at, "tokenizer_config.json", { do_lower_case: false });
    });
    expect((await openTokenizer(cased)).encode("LOSS loss", 12)).toEqual(idsOf(["[CLS]", "[UNK]", "loss", "[SEP]"]));
  });

  test("has its classes told by name, or by whoever knows them", async () => {
    const unnamed = withConfig({ id2label: { 0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2" } });
    await expect(openTextModel(unnamed)).rejects.toMatchObject({ code: "model/invalid", hint: expect.stringContaining("LABEL_1") });
    const scores = await scoreOf(unnamed, { labels: { positive: "LABEL_2", negative: "LABEL_0" } }, ["Profits rise"]);
    expect(scores[0]!.score).toBeCloseTo(plainScore(pieces[0]!, [2, 0]).score, 5);
    const bullish = withConfig({ id2label: { 0: "Neutral", 2: "Bullish", 1: "Bearish" } });
    expect((await scoreOf(bullish, {}, ["Profits rise"]))[0]!.score).toBeCloseTo(plainScore(pieces[0]!, [2, 1]).score, 5);
  });

  test("is found in the folder onnx too, and its identity is that of what decides", async () => {
    const moved = modelFolder((folder) => {
      mkdirSync(join(folder, "onnx"));
      renameSync(join(folder, "model.onnx"), join(folder, "onnx", "model.onnx"));
    });
    const identity = async (folder: string, options?: TextModelOptions) => (await openTextModel(folder, options)).identity;
    const own = await identity(modelFolder());
    expect(await identity(moved)).toBe(own);
    expect(await identity(modelFolder(), { batchSize: 2 })).toBe(own);
    const others = [
      await identity(modelFolder(), { mostTokens: 6 }),
      await identity(modelFolder((folder) => write(folder, "model.onnx", tinyBert(tinyWeights(2))))),
      await identity(modelFolder((folder) => write(folder, "tokenizer.json", { ...tinyTokenizer, version: "1.1" }))),
      await identity(withConfig({ id2label: { 0: "neutral", 2: "positive", 1: "negative" }, max_position_embeddings: 12 })),
    ];
    expect(new Set([own, ...others]).size).toBe(5);
  });
});

const remove = (file: string) => modelFolder((folder) => rmSync(join(folder, file)));

test.each<[string, () => string, string]>([
  ["not there", () => join(root, "absent"), "model/not-found"],
  ["a file", () => join(modelFolder(), "config.json"), "model/not-found"],
  ["without a model", () => remove("model.onnx"), "model/invalid"],
  ["without its classes", () => remove("config.json"), "model/invalid"],
  ["without a tokenizer", () => remove("tokenizer.json"), "model/invalid"],
  ["with a model that is none", () => modelFolder((folder) => write(folder, "model.onnx", "not an ONNX file")), "model/invalid"],
  ["with half a model", () => modelFolder((folder) => write(folder, "model.onnx", tinyBert(tinyWeights()).slice(0, 900))), "model/invalid"],
  [
    "with a network of numbers",
    () => modelFolder((folder) => write(folder, "model.onnx", encodeOnnx({ y: input("x", [1, 2]).add(constant(1)) }))),
    "model/invalid",
  ],
  ["with JSON cut off", () => modelFolder((folder) => write(folder, "tokenizer.json", '{"model":')), "model/invalid"],
  ["with another JSON", () => modelFolder((folder) => write(folder, "tokenizer.json", { hello: 1 })), "model/invalid"],
  [
    "with a tokenizer of an unknown kind",
    () => modelFolder((folder) => write(folder, "tokenizer.json", { ...tinyTokenizer, model: { type: "Rune" } })),
    "model/invalid",
  ],
  [
    "with a vocabulary without marks",
    () => modelFolder((folder) => (rmSync(join(folder, "tokenizer.json")), write(folder, "vocab.txt", "profit\nloss\n"))),
    "model/invalid",
  ],
  [
    "with classes that say nothing of good and bad",
    () => withConfig({ id2label: { 0: "sports", 1: "politics", 2: "positive" } }),
    "model/invalid",
  ],
])("a folder %s is refused", async (_, folder, code) => {
  await expect(openTextModel(folder())).rejects.toMatchObject({ code });
});

test("a model with another number of classes than its labels is refused when it answers", async () => {
  const folder = withConfig({ id2label: { 0: "positive", 1: "negative" } });
  await expect(scoreOf(folder, { mostTokens: 8 })).rejects.toMatchObject({
    code: "model/invalid",
    message: expect.stringContaining("for 2 classes"),
  });
  // It does not say how many places it has, and has fewer than such models mostly do.
  await expect(scoreOf(folder)).rejects.toMatchObject({ code: "model/invalid", hint: expect.stringContaining("mostTokens") });
});
