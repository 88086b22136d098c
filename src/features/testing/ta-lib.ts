import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as talib from "talib-web";

/** The part of TA-Lib's WebAssembly module that a call needs. */
export interface TaLib {
  readonly HEAPF64: Float64Array;
  readonly HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  ccall(name: string, result: "number", types: readonly "number"[], values: readonly number[]): number;
}

/** Loads TA-Lib. The package reads its binary from disk only where there is no `fetch`, which is therefore hidden meanwhile. */
export async function loadTaLib(): Promise<TaLib> {
  const { fetch } = globalThis;
  Reflect.set(globalThis, "fetch", undefined);
  try {
    return await talib.init(join(dirname(createRequire(import.meta.url).resolve("talib-web")), "talib.wasm"));
  } finally {
    globalThis.fetch = fetch;
  }
}

/** What a call is given besides its columns. */
export interface TaLibCall {
  readonly inputs: readonly Float64Array[];
  readonly options: readonly number[];
  readonly outputCount: number;
  /** Whether it gives 32-bit whole numbers. */
  readonly isInteger?: boolean;
}

/**
 * Calls one of TA-Lib's functions: where its first value belongs, and its outputs from there on. The package's own functions will
 * not do: they read one value too many, and give `outBegIdx` and `outNBElement` one address, which ruins BBANDS and STOCH.
 */
export function callTaLib(library: TaLib, name: string, { inputs, options, outputCount, isInteger = false }: TaLibCall) {
  const rows = inputs[0]!.length;
  const addresses: number[] = [];
  const allocate = (bytes: number) => {
    addresses.push(library._malloc(bytes));
    return addresses.at(-1)!;
  };
  const inputAddresses = inputs.map((input) => {
    const address = allocate(input.byteLength);
    library.HEAPF64.set(input, address / 8);
    return address;
  });
  const [begin, count] = [allocate(4), allocate(4)] as const;
  const outputAddresses = Array.from({ length: outputCount }, () => allocate(rows * 8));
  const values = [0, rows - 1, ...inputAddresses, ...options, begin, count, ...outputAddresses];
  const code = library.ccall(`TA_${name}`, "number", Array<"number">(values.length).fill("number"), values);
  const length = library.HEAP32[count / 4]!;
  const outputs = outputAddresses.map((address) => {
    if (isInteger) return Float64Array.from(library.HEAP32.subarray(address / 4, address / 4 + length));
    return library.HEAPF64.slice(address / 8, address / 8 + length);
  });
  const result = { code, begin: library.HEAP32[begin / 4]!, outputs };
  addresses.forEach((address) => library._free(address));
  return result;
}
