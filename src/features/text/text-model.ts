import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { z } from "zod";
import { hashOf, UserError } from "../../base/index.ts";
import { fileSha256 } from "../../data/index.ts";
import type { Scorable, TextScore, TextScorer } from "./text-scorer.ts";
import { brokenModel, openTokenizer, readModelJson, type TextTokenizer } from "./text-tokenizer.ts";

/** What the numbers that a model gives stand for. */
export interface ClassLabels {
  readonly positive: string;
  readonly negative: string;
}

/** How a model is used; what is not given is read from its folder. */
export interface TextModelOptions {
  /** The most pieces of a text that are read; at most what the model allows. */
  readonly mostTokens?: number | undefined;
  /** Texts that are read at once. */
  readonly batchSize?: number | undefined;
  /** Names of the classes among those of `config.json`. */
  readonly labels?: ClassLabels | undefined;
}

const ModelConfig = z.looseObject({
  id2label: z.record(z.string(), z.string()).optional(),
  max_position_embeddings: z.int().positive().optional(),
  model_type: z.string().optional(),
  pad_token_id: z.int().nullable().optional(),
});

const names = { positive: /^(?:pos|positive|bull|bullish)$/i, negative: /^(?:neg|negative|bear|bearish)$/i } as const;

/** Models whose places are counted from behind that of the padding, so that two fewer are free. */
const countsFromPadding = /roberta|camembert|longformer|mpnet/i;

const mostByDefault = 512;
const batchByDefault = 16;

interface Classes {
  readonly count: number;
  readonly positive: number;
  readonly negative: number;
}

/**
 * Opens a text classifier of a folder: `model.onnx` (or `onnx/model.onnx`), its tokenizer, and `config.json` with the names of its
 * classes, as FinBERT-like models have them. A text's score is the probability of the positive class less that of the negative one, its
 * confidence the probability of the likeliest class. A folder that is not there is `model/not-found`; one that is not whole, whose
 * classes are not known or whose model wants something else than text `model/invalid`. The session belongs to this file: `graph`
 * runs networks of float32 of its own making, and lies above what features may import.
 */
export async function openTextModel(folder: string, options: TextModelOptions = {}): Promise<TextScorer> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError("model/not-found", `there is no folder ${folder}`, {
      path: folder,
      hint: "Give a folder with model.onnx and its tokenizer.",
    });
  }
  const file = ["model.onnx", join("onnx", "model.onnx")].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw brokenModel(folder, "there is no model.onnx", "Export the model to ONNX, such as with Optimum.");
  const config = readModelJson(folder, "config.json", ModelConfig);
  if (!config) throw brokenModel(folder, "there is no config.json", "Put the model's config.json, with id2label, beside it.");
  const classes = classesOf(config.id2label ?? {}, options.labels, join(folder, "config.json"));
  const tokenizer = await openTokenizer(folder);
  const places =
    (config.max_position_embeddings ?? Infinity) - (countsFromPadding.test(config.model_type ?? "") ? (config.pad_token_id ?? 1) + 1 : 0);
  const mostTokens = Math.min(options.mostTokens ?? mostByDefault, places, tokenizer.mostTokens);
  const session = await openSession(file);
  const run = await classifier(
    session,
    { ...tokenizer, paddingId: config.pad_token_id ?? tokenizer.paddingId },
    { mostTokens, classes, file },
  );
  const batchSize = options.batchSize ?? batchByDefault;
  return {
    identity: hashOf({ scorer: "onnx@1", model: await hashOfFiles(folder, file), classes, mostTokens }),
    async score(items: readonly Scorable[], onScored) {
      const scores: TextScore[] = [];
      for (let at = 0; at < items.length; at += batchSize) {
        scores.push(...(await run(items.slice(at, at + batchSize).map(({ text }) => text))));
        onScored?.(scores.length);
      }
      return scores;
    },
  };
}

function classesOf(byId: Readonly<Record<string, string>>, labels: ClassLabels | undefined, path: string): Classes {
  const all = Object.entries(byId)
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .map(([, name]) => name);
  const find = (which: keyof ClassLabels): number => {
    const place = labels ? all.indexOf(labels[which]) : all.findIndex((name) => names[which].test(name.trim()));
    if (place >= 0) return place;
    throw brokenModel(
      path,
      labels ? `there is no class "${labels[which]}"` : `no class is named ${which}`,
      `Name the classes with \`labels\`, such as { "positive": "LABEL_2", "negative": "LABEL_0" }; there are: ${all.join(", ") || "none"}.`,
    );
  };
  return { count: all.length, positive: find("positive"), negative: find("negative") };
}

async function openSession(file: string): Promise<InferenceSession> {
  const { InferenceSession: Session } = await import("onnxruntime-node");
  try {
    return await Session.create(file, { graphOptimizationLevel: "all", logSeverityLevel: 3 });
  } catch (cause) {
    throw brokenModel(
      file,
      "ONNX Runtime cannot read it",
      "Fetch or export the model again, with its file of weights if it has one.",
      cause,
    );
  }
}

/** Reads a batch: the texts padded to the longest, the mask over what is theirs. */
async function classifier(
  session: InferenceSession,
  tokenizer: TextTokenizer,
  { mostTokens, classes, file }: { readonly mostTokens: number; readonly classes: Classes; readonly file: string },
): Promise<(texts: readonly string[]) => Promise<TextScore[]>> {
  const { Tensor } = await import("onnxruntime-node");
  const known = ["input_ids", "attention_mask", "token_type_ids"];
  const other = session.inputNames.find((name) => !known.includes(name));
  if (other !== undefined || !session.inputNames.includes("input_ids")) {
    throw brokenModel(
      file,
      `it wants ${session.inputNames.join(", ")}`,
      "Give a classifier of text: input_ids, attention_mask and token_type_ids go in.",
    );
  }
  const output = session.outputNames.includes("logits") ? "logits" : session.outputNames[0]!;
  return async (texts) => {
    const pieces = texts.map((text) => tokenizer.encode(text, mostTokens));
    const length = Math.max(...pieces.map((ids) => ids.length));
    const column = (value: (ids: readonly number[], index: number) => number) =>
      new Tensor(
        "int64",
        BigInt64Array.from({ length: texts.length * length }, (_, index) =>
          BigInt(value(pieces[Math.floor(index / length)]!, index % length)),
        ),
        [texts.length, length],
      );
    const feeds = {
      input_ids: column((ids, index) => ids[index] ?? tokenizer.paddingId),
      attention_mask: column((ids, index) => (index < ids.length ? 1 : 0)),
      token_type_ids: column(() => 0),
    };
    const given = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
    const logits = (await runOn(session, Object.fromEntries(given), output, file))[output]!;
    if (logits.type !== "float32" || logits.dims.length !== 2 || logits.dims[1] !== classes.count) {
      throw brokenModel(
        file,
        `${output} is ${logits.type} [${logits.dims.join(", ")}] for ${classes.count} classes`,
        "Give a model that classifies whole texts.",
      );
    }
    return texts.map((_, index) =>
      scoreOf((logits.data as Float32Array).subarray(index * classes.count, (index + 1) * classes.count), classes),
    );
  };
}

async function runOn(session: InferenceSession, feeds: InferenceSession.FeedsType, output: string, file: string) {
  try {
    return await session.run(feeds, [output]);
  } catch (cause) {
    const [, length] = Object.values(feeds)[0]!.dims;
    throw brokenModel(
      file,
      `it fails on texts of ${length} pieces: ${(cause as Error).message.trim().slice(0, 200)}`,
      "Give `mostTokens` where config.json does not say how long a text may be.",
      cause,
    );
  }
}

/** Softmax, and what it says. */
function scoreOf(logits: Float32Array, { positive, negative }: Classes): TextScore {
  const greatest = Math.max(...logits);
  const shares = Array.from(logits, (logit) => Math.exp(logit - greatest));
  const sum = shares.reduce((total, share) => total + share, 0);
  return { score: (shares[positive]! - shares[negative]!) / sum, confidence: Math.max(...shares) / sum };
}

/** SHA-256 of the model and of whatever of its folder decides how it reads. */
async function hashOfFiles(folder: string, model: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [name, path] of [
    ["model", model],
    ["weights", `${model}_data`],
    ["weights-too", `${model}.data`],
    ...["tokenizer.json", "tokenizer_config.json", "vocab.txt"].map((file) => [file, join(folder, file)]),
  ] as [string, string][]) {
    if (existsSync(path)) hashes[name] = await fileSha256(path, basename(path));
  }
  return hashes;
}
