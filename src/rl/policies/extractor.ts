import { z } from "zod";
import { UserError } from "../../base/index.ts";
import {
  applyCnnLstm,
  applyEncoder,
  concat,
  type Declaration,
  declareCnnLstm,
  declareEncoder,
  declareGru,
  declareLstm,
  gru,
  lstm,
  type Parameters,
  type Tensor,
} from "../../graph/index.ts";

const size = (value: number) => z.int().min(1).default(value);

/** Kinds of networks over a window of steps, with what each is told besides the window. */
const bodies = {
  cnnLstm: {
    kind: z.literal("cnn-lstm"),
    channels: z.array(z.int().min(1)).min(1).default([32]).describe("Of each convolution"),
    kernel: size(3).describe("Steps that a convolution reads"),
    hiddenSize: size(64),
  },
  lstm: { kind: z.literal("lstm"), hiddenSize: size(64) },
  gru: { kind: z.literal("gru"), hiddenSize: size(64) },
  attention: { kind: z.literal("attention"), width: size(32), heads: size(4), blocks: size(1) },
};

const none = z.strictObject({ kind: z.literal("none") });
const { cnnLstm, lstm: lstmBody, gru: gruBody, attention } = bodies;

/** What reads windows of steps, where the window is told elsewhere. Strict, by `kind`. */
export const bodySpec = z.discriminatedUnion("kind", [
  none,
  z.strictObject(cnnLstm),
  z.strictObject(lstmBody),
  z.strictObject(gruBody),
  z.strictObject(attention),
]);

const window = {
  window: z.int().min(2).describe("Steps of the window that an observation begins with, oldest first"),
  trailing: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Numbers behind the window, such as the account's; by default what the window leaves over"),
};

/** What reads an observation's window of steps before the hidden layers do. Strict, by `kind`. */
export const extractorSpec = z.discriminatedUnion("kind", [
  none,
  z.strictObject({ ...cnnLstm, ...window }),
  z.strictObject({ ...lstmBody, ...window }),
  z.strictObject({ ...gruBody, ...window }),
  z.strictObject({ ...attention, ...window }),
]);

export type ExtractorSpec = z.output<typeof extractorSpec>;

/** A part of a network that turns observations into features. */
export interface Extractor {
  /** Numbers that it gives for each observation. */
  readonly outputSize: number;
  declare(name: string): Record<string, Declaration>;
  /** [batch, observation size] to [batch, output size]. */
  apply(name: string, network: Parameters, observation: Tensor): Tensor;
}

/** Reads the steps of windows [batch, steps · input size] into [batch, size]. */
interface Reader {
  readonly size: number;
  declare(name: string): Record<string, Declaration>;
  apply(name: string, network: Parameters, windows: Tensor): Tensor;
}

/** The extractor of a specification for observations of that size. Numbers behind the window are passed on as they are. */
export function extractor(spec: ExtractorSpec, observationSize: number): Extractor {
  if (spec.kind === "none")
    return { outputSize: observationSize, declare: () => ({}), apply: (_name, _network, observation) => observation };
  const trailing = spec.trailing ?? observationSize % spec.window;
  const inputSize = (observationSize - trailing) / spec.window;
  if (!Number.isInteger(inputSize) || inputSize < 1) {
    const what = `${observationSize} numbers of an observation are no ${spec.window} steps with ${trailing} numbers behind them`;
    throw new UserError("config/invalid", `params.extractor: ${what}`, {
      path: "params.extractor.window",
      hint: "Give the environment's window and the number of its account fields.",
    });
  }
  const reader = readerOf(spec, inputSize);
  const end = spec.window * inputSize;
  return {
    outputSize: reader.size + trailing,
    declare: reader.declare,
    apply(name, network, observation) {
      if (trailing === 0) return reader.apply(name, network, observation);
      return concat([reader.apply(name, network, observation.slice(1, 0, end)), observation.slice(1, end, observationSize)], 1);
    },
  };
}

function readerOf(spec: Exclude<ExtractorSpec, { readonly kind: "none" }>, inputSize: number): Reader {
  const steps = spec.window;
  const rowsOf = (windows: Tensor) => windows.reshape([windows.shape[0]! * steps, inputSize]);
  switch (spec.kind) {
    case "cnn-lstm": {
      const { kernel, hiddenSize } = spec;
      const convolutions = spec.channels.map((channels) => ({ channels, kernel }));
      const left = steps - convolutions.length * (kernel - 1);
      requireFit(left >= 1, "kernel", `convolutions that read ${kernel} steps leave nothing of a window of ${steps}`);
      const cnnLstm = { steps, inputSize, convolutions, hiddenSize };
      return {
        size: hiddenSize,
        declare: (name) => declareCnnLstm(name, cnnLstm),
        apply: (name, network, windows) => applyCnnLstm(name, network, windows, cnnLstm),
      };
    }
    case "lstm":
      return {
        size: spec.hiddenSize,
        declare: (name) => declareLstm(`${name}/lstm`, inputSize, spec.hiddenSize),
        apply: (name, network, windows) => lstm(`${name}/lstm`, network, rowsOf(windows), { steps }).hidden,
      };
    case "gru":
      return {
        size: spec.hiddenSize,
        declare: (name) => declareGru(`${name}/gru`, inputSize, spec.hiddenSize),
        apply: (name, network, windows) => gru(`${name}/gru`, network, rowsOf(windows), { steps }).hidden,
      };
    case "attention": {
      requireFit(spec.width % spec.heads === 0, "heads", `${spec.heads} heads do not divide a width of ${spec.width}`);
      const encoder = { steps, inputSize, width: spec.width, heads: spec.heads, blocks: spec.blocks };
      return {
        size: spec.width,
        declare: (name) => declareEncoder(name, encoder),
        apply: (name, network, windows) => applyEncoder(name, network, rowsOf(windows), encoder),
      };
    }
  }
}

function requireFit(fits: boolean, field: string, what: string): void {
  if (fits) return;
  throw new UserError("config/invalid", `params.extractor.${field}: ${what}`, {
    path: `params.extractor.${field}`,
    hint: "Give another number.",
  });
}
