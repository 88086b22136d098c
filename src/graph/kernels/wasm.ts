/** What programs and their functions share; 64 KiB a page. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What is used of WebAssembly's own interface, which neither the language's types nor Node's have. */
interface WasmInterface {
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, WasmMemory>>>>,
  ) => { readonly exports: object };
}

const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WasmInterface }).WebAssembly;

/** A memory with room for so many bytes. */
export const wasmMemory = (size: number): WasmMemory => new Memory({ initial: Math.max(Math.ceil(size / 65_536), 1) });

/** Instructions as bytes. An expression leaves one value on the stack, a statement none. */
export type Code = readonly number[];

/** Types of WebAssembly. */
const I32 = 0x7f;
const V128 = 0x7b;

/** A function that takes whole numbers, mostly addresses in bytes, and gives nothing. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Locals that follow the parameters: whole numbers, then vectors. */
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

/** LEB128 of a whole number from 0 on. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

/** LEB128 with a sign, of numbers below 2³¹. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    if ((value === 0 && (byte & 0x40) === 0) || (value === -1 && (byte & 0x40) !== 0)) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const text = (value: string): number[] => [...unsigned(value.length), ...Buffer.from(value)];
const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];
const simd = (opcode: number, ...operands: Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(opcode)];

/** What a local holds. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
/** Puts a value into a local. */
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
/** A whole number. */
export const integer = (value: number): Code => [0x41, ...signed(value)];
/** The sum of whole numbers. */
export const plus = (left: Code, right: Code): Code => [...left, ...right, 0x6a];
/** The product of whole numbers. */
export const times = (left: Code, right: Code): Code => [...left, ...right, 0x6c];
const lessOrEqual = (left: Code, right: Code): Code => [...left, ...right, 0x4d];

/** Repeats while `left` ≤ `right`, which are looked at before each turn. */
export const whileLessOrEqual = (left: Code, right: Code, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...lessOrEqual(left, right),
  ...[0x45, 0x0d, 0x01],
  ...body,
  ...[0x0c, 0x00, 0x0b, 0x0b],
];

/** Four numbers from an address and a distance in bytes. */
export const load = (address: Code, offset = 0): Code => [...simd(0, address), 2, ...unsigned(offset)];
/** One number from there, four times. */
export const loadSplat = (address: Code, offset = 0): Code => [...simd(9, address), 2, ...unsigned(offset)];
/** Writes four numbers to an address and a distance in bytes. */
export const store = (address: Code, value: Code, offset = 0): Code => [...simd(11, address, value), 2, ...unsigned(offset)];
/** One number four times. */
export const splat = (value: number): Code => [...[0x43, ...new Uint8Array(Float32Array.of(value).buffer)], ...simd(19)];
/** The sums of four numbers and four others. */
export const add = (left: Code, right: Code): Code => simd(0xe4, left, right);
/** Their differences. */
export const sub = (left: Code, right: Code): Code => simd(0xe5, left, right);
/** Their products. */
export const mul = (left: Code, right: Code): Code => simd(0xe6, left, right);
/** Their quotients. */
export const div = (left: Code, right: Code): Code => simd(0xe7, left, right);
/** The smaller of two, or the left where that is no number. */
export const least = (left: Code, right: Code): Code => simd(0xea, left, right);
/** The larger of two, or the left where that is no number. */
export const most = (left: Code, right: Code): Code => simd(0xeb, left, right);
/** left · right + addend, rounded once where the processor can. */
export const multiplyAdd = (left: Code, right: Code, addend: Code): Code => simd(0x105, left, right, addend);

/** Compiles functions, and gives them over any memory. */
export function wasmModule(functions: readonly WasmFunction[]): (memory: WasmMemory) => object {
  const types = functions.map(({ parameters }) => [0x60, ...vector(new Array<Code>(parameters).fill([I32])), 0]);
  const bodies = functions.map(({ integers, vectors, body }) => {
    const code = [
      ...vector([
        [...unsigned(integers), I32],
        [...unsigned(vectors), V128],
      ]),
      ...body,
      0x0b,
    ];
    return [...unsigned(code.length), ...code];
  });
  const module = new Module(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, vector(types)),
      ...section(2, vector([[...text("memory"), ...text("memory"), 0x02, 0x00, 0x01]])),
      ...section(3, vector(functions.map((_, index) => unsigned(index)))),
      ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
      ...section(10, vector(bodies)),
    ]),
  );
  return (memory) => new Instance(module, { memory: { memory } }).exports;
}
