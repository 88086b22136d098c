import { resolve } from "node:path";
import { z } from "zod";
import { type OnProgress, UserError, writeFileWhole } from "../base/index.ts";
import { newsOptions, type NewsReport, readNews } from "../data/index.ts";
import { type Evidence, readSentiment, type TextScore } from "../features/index.ts";
import { openScorer } from "./known-columns.ts";
import { ScorerSpec } from "./known-specs.ts";

/** What texts are to be scored by what. */
export interface ScoreRequest {
  readonly texts: readonly string[];
  /** A file of news, whose scored copy goes to `out`. */
  readonly file?: string | undefined;
  readonly out?: string | undefined;
  /** Folder of an ONNX model; the lexicon unless given. */
  readonly model?: string | undefined;
  /** Column of the text in the file. */
  readonly column?: string | undefined;
}

/** A text with what is made of it. `evidence` is what the lexicon found in it; a model gives none. */
export interface ScoredText extends TextScore {
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** What scoring gave: the texts, or of a file what was read and where the scores are. */
export interface Scores {
  readonly scorer: string;
  readonly texts: readonly ScoredText[];
  readonly file: { readonly report: NewsReport; readonly out: string; readonly mean: number; readonly neutral: number } | null;
}

interface Place {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly progress: OnProgress;
}

/** Below this a score is neutral, as counted here. */
const neutralBelow = 0.15;

const atOnce = 256;

/** Scores texts, or every text of a file, by the lexicon or by a model. */
export async function scoreTexts({ texts, file, out, model, column }: ScoreRequest, { cwd, signal, progress }: Place): Promise<Scores> {
  const spec = model === undefined ? { kind: "lexicon" as const } : ScorerSpec.parse({ kind: "onnx", folder: resolve(cwd, model) });
  refuseUnclear(texts, file, out);
  const scorer = await openScorer(spec);
  const evidenceOf = (text: string) => (spec.kind === "lexicon" ? readSentiment(text).evidence : []);
  if (file === undefined) {
    const scores = await scorer.score(texts.map((text) => ({ text })));
    return { scorer: spec.kind, texts: texts.map((text, index) => ({ text, ...scores[index]!, evidence: evidenceOf(text) })), file: null };
  }
  const options = z.strictObject(newsOptions).parse(column === undefined ? {} : { columns: { text: column } });
  const { items, report } = await readNews(resolve(cwd, file), options);
  const scores: TextScore[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    signal.throwIfAborted();
    scores.push(...(await scorer.score(items.slice(at, at + atOnce))));
    progress({ stage: "score", fraction: scores.length / items.length, message: `${scores.length} of ${items.length} texts` });
  }
  const lines = items.map(({ publishedAt, ...rest }, index) =>
    JSON.stringify({ publishedAt: new Date(publishedAt).toISOString(), ...rest, ...scores[index]! }),
  );
  const target = resolve(cwd, out!);
  writeFileWhole(target, `${lines.join("\n")}\n`);
  const mean = scores.reduce((sum, { score }) => sum + score, 0) / scores.length;
  const neutral = scores.filter(({ score }) => Math.abs(score) < neutralBelow).length / scores.length;
  return { scorer: spec.kind, texts: [], file: { report, out: target, mean, neutral } };
}

function refuseUnclear(texts: readonly string[], file: string | undefined, out: string | undefined): void {
  const refuse = (message: string, path: string, hint: string) => new UserError("usage/invalid-option", message, { path, hint });
  if (file === undefined && texts.length === 0)
    throw refuse("there is nothing to score", "text", 'Give texts, such as "profit rises 5 %", or a file with --file.');
  if (file !== undefined && texts.length > 0) throw refuse("texts and a file are given", "--file", "Give one or the other.");
  if ((file === undefined) !== (out === undefined))
    throw refuse(
      file === undefined ? "--out goes with --file" : "--out is missing",
      "--out",
      "Name the file to which scores are to be written.",
    );
}
