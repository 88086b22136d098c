/** Copies one window of `bytes` bytes for each of `count` environments; all but `count` are in bytes. */
export type CopyWindows = (
  /** Where a row number of each environment stands, as 32-bit integers. */
  rows: number,
  count: number,
  /** Where the window of row 0 would begin. */
  windows: number,
  /** From one row to the next. */
  rowBytes: number,
  /** Where the first environment's copy goes. */
  target: number,
  /** From one environment's copy to the next. */
  stride: number,
  bytes: number,
) => void;

const [rows, count, windows, rowBytes, target, stride, bytes] = [0, 1, 2, 3, 4, 5, 6];
const i32 = 0x7f;
const read = (local: number) => [0x20, local];
const write = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, value];
const [add, subtract, multiply] = [0x6a, 0x6b, 0x6c];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const section = (id: number, content: readonly number[]) => [id, content.length, ...content];

/** do { copy(target, windows + load(rows) · rowBytes, bytes); target += stride; rows += 4 } while (--count) */
const body = [
  ...[0], // No further locals.
  ...[0x03, 0x40], // loop
  ...read(target!),
  ...[...read(windows!), ...read(rows!), 0x28, 2, 0, ...read(rowBytes!), multiply!, add!], // 0x28: i32.load
  ...read(bytes!),
  ...[0xfc, 10, 0, 0], // memory.copy
  ...[...read(target!), ...read(stride!), add!, ...write(target!)],
  ...[...read(rows!), ...constant(4), add!, ...write(rows!)],
  ...[...read(count!), ...constant(1), subtract!, 0x22, count!], // local.tee
  ...[0x0d, 0, 0x0b, 0x0b], // br_if, end, end
];

/** A WebAssembly module in its binary form (WebAssembly Core Specification 2.0, chapter 5): it imports a memory and exports one function. */
const program = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 7, i32, i32, i32, i32, i32, i32, i32, 0]),
  ...section(2, [1, ...name("env"), ...name("memory"), 2, 0, 0]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name("copy"), 0, 0]),
  ...section(10, [1, body.length, ...body]),
]);

/** What is used here of WebAssembly's interface to JavaScript, which TypeScript describes for browsers only. */
interface Engine {
  readonly Module: new (program: Uint8Array) => object;
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly copy: CopyWindows } };
}

const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
const pageBytes = 2 ** 16;
let module: object | undefined;

/** What a memory can hold at most: its addresses have 32 bits. */
export const mostBytes = 2 ** 32 - pageBytes;

/** A memory of zeros with a function that copies windows in it. `count` must be at least 1 in every call. */
export function copyingMemory(size: number): { readonly buffer: ArrayBuffer; readonly copy: CopyWindows } {
  module ??= new engine.Module(program);
  const pages = Math.ceil(size / pageBytes);
  const memory = new engine.Memory({ initial: pages, maximum: pages });
  return { buffer: memory.buffer, copy: new engine.Instance(module, { env: { memory } }).exports.copy };
}
