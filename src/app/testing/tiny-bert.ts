import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../base/index.ts";
import { Message } from "../../graph/index.ts";

/** Pieces of the tiny model, each on its place. */
export const tinyVocabulary = [
  ...["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
  ...["profit", "loss", "rise", "##s", "fall", "not", "the", "share", "strong", "weak", ".", "%", "5"],
];

/** Width of the tiny model, its classes in order, and how many places it has. */
export const tinySizes = { width: 8, classes: ["neutral", "positive", "negative"], places: 12 } as const;

type Weights = Readonly<
  Record<"pieces" | "kinds" | "places" | "query" | "key" | "value" | "scale" | "shift" | "classes" | "bias", Float32Array>
>;

/** Weights of a model with one block of attention, drawn from a seed. */
export function tinyWeights(seed = 1): Weights {
  const random = new Random(seed);
  const { width, classes, places } = tinySizes;
  const draw = (size: number, spread = 0.7) => Float32Array.from({ length: size }, () => spread * random.normal());
  return {
    pieces: draw(tinyVocabulary.length * width),
    kinds: draw(2 * width, 0.1),
    places: draw(places * width, 0.3),
    query: draw(width * width),
    key: draw(width * width),
    value: draw(width * width),
    scale: draw(width).map((value) => 1 + value / 5),
    shift: draw(width, 0.1),
    classes: draw(width * classes.length, 1.5),
    bias: draw(classes.length, 0.2),
  };
}

const [floats, integers] = [1, 7];
const dimension = (size: number | string) => (typeof size === "string" ? new Message().text(2, size) : new Message().integer(1, size));

function valueInfo(name: string, type: number, sizes: readonly (number | string)[]): Message {
  const shape = new Message();
  for (const size of sizes) shape.message(1, dimension(size));
  return new Message().text(1, name).message(2, new Message().message(1, new Message().integer(1, type).message(2, shape)));
}

function tensor(name: string, sizes: readonly number[], data: Float32Array | BigInt64Array): Message {
  const message = new Message();
  for (const size of sizes) message.integer(1, size);
  return message
    .integer(2, data instanceof Float32Array ? floats : integers)
    .text(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

const integerAttribute = (name: string, value: number) => new Message().text(1, name).integer(3, value).integer(20, 2);
const listAttribute = (name: string, values: readonly number[]) =>
  values.reduce((message, value) => message.integer(8, value), new Message().text(1, name)).integer(20, 7);

function node(type: string, inputs: readonly string[], output: string, attributes: readonly Message[] = []): Message {
  const message = new Message();
  for (const name of inputs) message.text(1, name);
  message.text(2, output).text(4, type);
  for (const attribute of attributes) message.message(5, attribute);
  return message;
}

/** A text classifier as ONNX: embeddings, one block of masked attention with a residual and a normalisation, and classes from the first place. */
export function tinyBert(weights: Weights): Uint8Array {
  const { width, classes, places } = tinySizes;
  const whole = (name: string, ...values: readonly number[]) =>
    tensor(name, values.length === 1 ? [] : [values.length], BigInt64Array.from(values, BigInt));
  const nodes = [
    node("Gather", ["pieces", "input_ids"], "embedded"),
    node("Gather", ["kinds", "token_type_ids"], "kind"),
    node("Shape", ["input_ids"], "sizes"),
    node("Gather", ["sizes", "one"], "length"),
    node("Range", ["zero", "length", "one"], "range"),
    node("Gather", ["places", "range"], "place"),
    node("Add", ["embedded", "kind"], "with-kind"),
    node("Add", ["with-kind", "place"], "x"),
    node("MatMul", ["x", "query"], "q"),
    node("MatMul", ["x", "key"], "k"),
    node("MatMul", ["x", "value"], "v"),
    node("Transpose", ["k"], "kt", [listAttribute("perm", [0, 2, 1])]),
    node("MatMul", ["q", "kt"], "products"),
    node("Mul", ["products", "temperature"], "scores"),
    node("Cast", ["attention_mask"], "mask", [integerAttribute("to", floats)]),
    node("Sub", ["unit", "mask"], "hidden"),
    node("Mul", ["hidden", "minus"], "penalty"),
    node("Unsqueeze", ["penalty", "axis"], "penalties"),
    node("Add", ["scores", "penalties"], "masked"),
    node("Softmax", ["masked"], "attention", [integerAttribute("axis", -1)]),
    node("MatMul", ["attention", "v"], "context"),
    node("Add", ["x", "context"], "residual"),
    node("LayerNormalization", ["residual", "scale", "shift"], "normal", [integerAttribute("axis", -1)]),
    node("Gather", ["normal", "zero"], "first", [integerAttribute("axis", 1)]),
    node("Gemm", ["first", "classes", "bias"], "logits"),
  ];
  const shapes = {
    pieces: [tinyVocabulary.length, width],
    kinds: [2, width],
    places: [places, width],
    query: [width, width],
    key: [width, width],
    value: [width, width],
    scale: [width],
    shift: [width],
    classes: [width, classes.length],
    bias: [classes.length],
  } satisfies Record<keyof Weights, number[]>;
  const graph = new Message();
  for (const each of nodes) graph.message(1, each);
  graph.text(2, "tiny");
  for (const [name, sizes] of Object.entries(shapes)) graph.message(5, tensor(name, sizes, weights[name as keyof Weights]));
  const scalar = (name: string, value: number) => tensor(name, [], Float32Array.of(value));
  const constants = [whole("zero", 0), whole("one", 1), tensor("axis", [1], BigInt64Array.of(1n))];
  for (const each of [...constants, scalar("temperature", 1 / Math.sqrt(width)), scalar("unit", 1), scalar("minus", -10_000)])
    graph.message(5, each);
  for (const name of ["input_ids", "attention_mask", "token_type_ids"]) graph.message(11, valueInfo(name, integers, ["batch", "sequence"]));
  graph.message(12, valueInfo("logits", floats, ["batch", classes.length]));
  return new Message().integer(1, 8).message(7, graph).message(8, new Message().text(1, "").integer(2, 17)).finish();
}

/** What the tiny model gives for the pieces of one text, computed plainly: logits of its classes. */
export function plainTinyBert(weights: Weights, ids: readonly number[]): number[] {
  const { width, classes } = tinySizes;
  const row = (table: Float32Array, index: number, size: number) => [...table.subarray(index * size, (index + 1) * size)];
  const times = (vector: readonly number[], matrix: Float32Array, columns: number) =>
    Array.from({ length: columns }, (_, column) =>
      vector.reduce((sum, value, index) => sum + value * matrix[index * columns + column]!, 0),
    );
  const x = ids.map((id, place) => {
    const [piece, kind, at] = [row(weights.pieces, id, width), row(weights.kinds, 0, width), row(weights.places, place, width)];
    return piece.map((value, index) => value + kind[index]! + at[index]!);
  });
  const query = times(x[0]!, weights.query, width);
  const products = x.map(
    (each) => times(each, weights.key, width).reduce((sum, value, index) => sum + value * query[index]!, 0) / Math.sqrt(width),
  );
  const shares = products.map((product) => Math.exp(product - Math.max(...products)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const values = x.map((each) => times(each, weights.value, width));
  const residual = x[0]!.map(
    (value, index) => value + values.reduce((sum, each, place) => sum + (shares[place]! / total) * each[index]!, 0),
  );
  const mean = residual.reduce((sum, value) => sum + value, 0) / width;
  const variance = residual.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
  const normal = residual.map(
    (value, index) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weights.scale[index]! + weights.shift[index]!,
  );
  return times(normal, weights.classes, classes.length).map((value, index) => value + weights.bias[index]!);
}

/** A `tokenizer.json` for the vocabulary, as Hugging Face writes it. */
export const tinyTokenizer = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: tinyVocabulary
    .slice(0, 5)
    .map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
  normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
    },
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(tinyVocabulary.map((piece, id) => [piece, id])),
  },
};

/** Writes a whole model folder. */
export function writeTinyBert(folder: string, seed = 1): void {
  mkdirSync(folder, { recursive: true });
  const { classes, places } = tinySizes;
  writeFileSync(join(folder, "model.onnx"), tinyBert(tinyWeights(seed)));
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tinyTokenizer));
  const id2label = Object.fromEntries(classes.map((name, index) => [index, name]));
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({ model_type: "bert", id2label, max_position_embeddings: places, pad_token_id: 0 }),
  );
}
