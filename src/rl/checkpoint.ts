import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, parse, sha256, UserError, writeFileWhole } from "../base/index.ts";
import type { LearnerState } from "./algorithm.ts";
import { evaluatorState, type EvaluatorState } from "./evaluation.ts";
import { trainingProgress } from "./progress.ts";
import { notSaved } from "./saving.ts";

const fileName = "checkpoint.json";

/** Everything in a checkpoint but the numbers that are many. */
const Header = z.strictObject({
  schema: z.literal("tradewind/checkpoint@1"),
  /** What training must be resumed with: algorithm, parameters, seed and what the environment shows. */
  identity: z.string(),
  steps: z.int().nonnegative(),
  curve: z.array(trainingProgress),
  values: z.unknown(),
  environment: z.unknown(),
  /** The file of float32 numbers beside this one, and how many each name has in it, one after the other. */
  numbers: z.strictObject({
    file: z.string().regex(/^numbers-[0-9a-f]{64}\.bin$/),
    lengths: z.array(z.tuple([z.string(), z.int().nonnegative()])),
  }),
  evaluator: evaluatorState.exactOptional(),
  /** Bytes of the best policy's file, which stands at the end of the numbers, filled up to whole floats. */
  bestBytes: z.int().positive().exactOptional(),
});

const Sealed = z.strictObject({ sha256: z.string(), content: Header });

/** Training as it stood after a round. */
export interface Checkpoint {
  readonly identity: string;
  readonly steps: number;
  readonly curve: z.output<typeof trainingProgress>[];
  readonly learner: LearnerState;
  readonly environment: unknown;
  /** Evaluations so far, and the file of the policy that did best. */
  readonly evaluator?: EvaluatorState | undefined;
  readonly best?: Uint8Array | undefined;
}

const bestName = "evaluation/best";

/**
 * Writes a checkpoint whole or not at all: the numbers first, under a name made of their hash, then the file that names them.
 * Numbers that nothing names any more are removed last.
 */
export function saveCheckpoint(folder: string, { identity, steps, curve, learner, environment, evaluator, best }: Checkpoint): void {
  const arrays = Object.entries(learner.arrays);
  if (best) arrays.push([bestName, wholeFloats(best)]);
  const bytes = Buffer.concat(arrays.map(([, data]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  const numbers = { file: `numbers-${sha256(bytes)}.bin`, lengths: arrays.map(([name, data]) => [name, data.length]) };
  const content = {
    schema: "tradewind/checkpoint@1",
    identity,
    steps,
    curve,
    values: learner.values,
    environment,
    numbers,
    evaluator,
    bestBytes: best?.length,
  };
  const isNew = !existsSync(join(folder, numbers.file));
  try {
    writeFileWhole(join(folder, numbers.file), bytes);
    writeFileWhole(join(folder, fileName), JSON.stringify({ sha256: sha256(canonicalJson(content)), content }));
  } catch (cause) {
    if (isNew) rmSync(join(folder, numbers.file), { force: true });
    throw notSaved(folder, cause);
  }
  for (const name of readdirSync(folder)) {
    if (name.startsWith("numbers-") && name !== numbers.file) rmSync(join(folder, name));
  }
}

/** Reads a checkpoint. One that is missing, damaged or made by other training is `checkpoint/invalid`. */
export function loadCheckpoint(folder: string, identity: string): Checkpoint {
  const header = readHeader(folder);
  if (header.identity !== identity) {
    throw invalid(
      folder,
      "It belongs to training with another algorithm, parameters, seed or environment.",
      "Resume with the configuration that the checkpoint was made with.",
    );
  }
  const { file, lengths } = header.numbers;
  const bytes = readOrThrow(folder, file);
  const total = lengths.reduce((sum, [, length]) => sum + length, 0);
  if (`numbers-${sha256(bytes)}.bin` !== file || bytes.length !== 4 * total) throw invalid(folder, `${file} is damaged.`);
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let start = 0;
  const { [bestName]: best, ...arrays } = Object.fromEntries(
    lengths.map(([name, length]): [string, Float32Array] => [name, all.subarray(start, (start += length))]),
  );
  return {
    identity,
    steps: header.steps,
    curve: header.curve,
    learner: { arrays, values: header.values },
    environment: header.environment,
    evaluator: header.evaluator,
    best: best && new Uint8Array(best.buffer, best.byteOffset, header.bestBytes),
  };
}

/** The bytes as float32 numbers that are only ever copied, with zeros at the end where the last is not full. */
function wholeFloats(bytes: Uint8Array): Float32Array {
  const padded = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  padded.set(bytes);
  return new Float32Array(padded.buffer);
}

function readHeader(folder: string): z.output<typeof Header> {
  let document: unknown;
  try {
    document = JSON.parse(readOrThrow(folder, fileName).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(folder, `${fileName} is no JSON.`);
    throw error;
  }
  const { sha256: seal, content } = parse(Sealed, document, fileName, "checkpoint/invalid");
  if (sha256(canonicalJson(content)) !== seal) throw invalid(folder, `${fileName} has been changed.`);
  return content;
}

function readOrThrow(folder: string, file: string): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch (cause) {
    throw new UserError("checkpoint/invalid", `No readable ${file} in ${folder}.`, {
      path: folder,
      hint: "Give the folder of a checkpoint, or start anew.",
      cause,
    });
  }
}

const invalid = (folder: string, what: string, hint = "Start training anew, or take an older checkpoint."): UserError =>
  new UserError("checkpoint/invalid", `The checkpoint in ${folder} cannot be used. ${what}`, { path: folder, hint });
