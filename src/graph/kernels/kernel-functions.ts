import {
  add,
  type Code,
  div,
  get,
  integer,
  least,
  load,
  loadSplat,
  most,
  mul,
  multiplyAdd,
  plus,
  set,
  splat,
  store,
  sub,
  times,
  wasmModule,
  type WasmFunction,
  type WasmMemory,
  whileLessOrEqual,
} from "./wasm.ts";

/** Bytes of a vector of four numbers. */
const bytes = 16;

/** Columns of a product are worked out in strips of so many vectors: as many sums as keep the multipliers of a core busy. */
const strip = 8;

/** result[m] = start[m] + x[n] · weights[n, m], for m that four divides; `wide` is the length of a row in bytes. */
function product(): WasmFunction {
  const [x, xEnd, weights, wide, start, result, column, row, from] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map(get) as Code[];
  const [columnLocal, rowLocal, fromLocal, factor, sums] = [6, 7, 8, 9, 10];
  const strips = (count: number): Code => {
    const each = (make: (index: number) => Code) => Array.from({ length: count }, (_, index) => make(index)).flat();
    const at = (base: Code) => plus(base, column!);
    return whileLessOrEqual(plus(column!, integer(count * bytes)), wide!, [
      ...each((index) => set(sums! + index, load(at(start!), index * bytes))),
      ...set(rowLocal!, x!),
      ...set(fromLocal!, at(weights!)),
      ...whileLessOrEqual(plus(row!, integer(4)), xEnd!, [
        ...set(factor!, loadSplat(row!)),
        ...each((index) => set(sums! + index, multiplyAdd(load(from!, index * bytes), get(factor!), get(sums! + index)))),
        ...set(fromLocal!, plus(from!, wide!)),
        ...set(rowLocal!, plus(row!, integer(4))),
      ]),
      ...each((index) => store(at(result!), get(sums! + index), index * bytes)),
      ...set(columnLocal!, plus(column!, integer(count * bytes))),
    ]);
  };
  const body = [...set(columnLocal!, integer(0)), ...strips(strip), ...strips(1)];
  return { name: "product", parameters: 6, integers: 3, vectors: 1 + strip, body };
}

/** Coefficients of the quotient of polynomials that ONNX Runtime has for the hyperbolic tangent: within 2 · 10⁻⁷ of it. */
const above = [
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5, 6.37261928875436e-4,
  4.89352455891786e-3,
];
const below = [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3];

/** Statements that leave the hyperbolic tangent of what local `x` holds in `x`; `square` is scratch. */
function tanhInPlace(x: number, square: number): Code {
  const polynomial = (coefficients: readonly number[]): Code =>
    coefficients.slice(1).reduce<Code>((sum, each) => multiplyAdd(sum, get(square), splat(each)), splat(coefficients[0]!));
  return [
    ...set(x, most(least(get(x), splat(9)), splat(-9))),
    ...set(square, mul(get(x), get(x))),
    ...set(x, div(mul(get(x), polynomial(above)), polynomial(below))),
  ];
}

const one = splat(1);
const half = splat(0.5);

/** Statements that leave 1 / (1 + e⁻ˣ) of local `x` in it. */
const sigmoidInPlace = (x: number, square: number): Code => [
  ...set(x, mul(get(x), half)),
  ...tanhInPlace(x, square),
  ...set(x, multiplyAdd(get(x), half, half)),
];

/** Runs `body` for each four units; `at` is their distance in bytes, and `offset(n)` n times the units' bytes on from a row. */
function forUnits(size: Code, at: number, body: Code): Code {
  return [
    ...set(at, integer(0)),
    ...whileLessOrEqual(plus(get(at), integer(bytes)), size, [...body, ...set(at, plus(get(at), integer(bytes)))]),
  ];
}

const reluInPlace = (x: number): Code => set(x, most(get(x), splat(0)));

/** A function of one number, of `size` bytes of them. */
function mapping(name: string, inPlace: (x: number, square: number) => Code): WasmFunction {
  const [x, result, size] = [0, 1, 2].map(get) as Code[];
  const [at, value, square] = [3, 4, 5] as const;
  const body = forUnits(size!, at, [
    ...set(value, load(plus(x!, get(at)))),
    ...inPlace(value, square),
    ...store(plus(result!, get(at)), get(value)),
  ]);
  return { name, parameters: 3, integers: 1, vectors: 2, body };
}

/**
 * One step: of `row`, the sums of the gates become the gates, and behind them go the cell, its hyperbolic tangent and the hidden
 * state. `size` is that of one block of units in bytes.
 */
function forwardStep(): WasmFunction {
  const [row, cellBefore, size] = [0, 1, 2].map(get) as Code[];
  const [at, place] = [3, 4];
  const [input, forget, output, candidate, cell, square] = [5, 6, 7, 8, 9, 10] as const;
  const block = (index: number): Code => plus(get(place), times(size!, integer(index)));
  const gate = (local: number, index: number): Code => set(local, load(block(index)));
  const body = forUnits(size!, at, [
    ...set(place, plus(row!, get(at))),
    ...gate(input, 0),
    ...gate(forget, 1),
    ...gate(output, 2),
    ...gate(candidate, 3),
    ...[input, forget, output].flatMap((local) => sigmoidInPlace(local, square)),
    ...tanhInPlace(candidate, square),
    ...set(cell, multiplyAdd(get(forget), load(plus(cellBefore!, get(at))), mul(get(input), get(candidate)))),
    ...[input, forget, output, candidate, cell].flatMap((local, index) => store(block(index), get(local))),
    ...tanhInPlace(cell, square),
    ...store(block(5), get(cell)),
    ...store(block(6), mul(get(output), get(cell))),
  ]);
  return { name: "forward", parameters: 3, integers: 2, vectors: 6, body };
}

/**
 * One step back: from what flows into the hidden state, given and from the step behind, and into the cell, what flows into the sums of
 * the gates; `cellFlow` becomes what flows into the cell before.
 */
function backwardStep(): WasmFunction {
  const [row, cellBefore, given, hiddenFlow, cellFlow, sums, size] = [0, 1, 2, 3, 4, 5, 6].map(get) as Code[];
  const [at, place, target] = [7, 8, 9];
  const [input, forget, output, candidate, squashed, hidden, cell] = [10, 11, 12, 13, 14, 15, 16] as const;
  const block = (base: number, index: number): Code => plus(get(base), times(size!, integer(index)));
  const here = (address: Code): Code => plus(address, get(at));
  const slope = (local: number): Code => mul(get(local), sub(one, get(local)));
  const rest = (local: number): Code => sub(one, mul(get(local), get(local)));
  const body = forUnits(size!, at, [
    ...set(place, plus(row!, get(at))),
    ...set(target, plus(sums!, get(at))),
    ...[input, forget, output, candidate].flatMap((local, index) => set(local, load(block(place, index)))),
    ...set(squashed, load(block(place, 5))),
    ...set(hidden, add(load(here(given!)), load(here(hiddenFlow!)))),
    ...set(cell, multiplyAdd(mul(get(hidden), get(output)), rest(squashed), load(here(cellFlow!)))),
    ...store(block(target, 0), mul(mul(get(cell), get(candidate)), slope(input))),
    ...store(block(target, 1), mul(mul(get(cell), load(here(cellBefore!))), slope(forget))),
    ...store(block(target, 2), mul(mul(get(hidden), get(squashed)), slope(output))),
    ...store(block(target, 3), mul(mul(get(cell), get(input)), rest(candidate))),
    ...store(here(cellFlow!), mul(get(cell), get(forget))),
  ]);
  return { name: "backward", parameters: 7, integers: 3, vectors: 7, body };
}

/** Products of one row, functions of one number and the steps of a long short-term memory; all arguments are addresses and lengths in bytes. */
export interface KernelFunctions {
  tanh(x: number, result: number, size: number): void;
  sigmoid(x: number, result: number, size: number): void;
  relu(x: number, result: number, size: number): void;
  product(x: number, xEnd: number, weights: number, wide: number, start: number, result: number): void;
  forward(row: number, cellBefore: number, size: number): void;
  backward(row: number, cellBefore: number, given: number, hiddenFlow: number, cellFlow: number, sums: number, size: number): void;
}

let compiled: ReturnType<typeof wasmModule> | undefined;

/** The functions over a memory, for lengths that four numbers divide. */
export function kernelFunctions(memory: WasmMemory): KernelFunctions {
  compiled ??= wasmModule([
    product(),
    forwardStep(),
    backwardStep(),
    mapping("tanh", tanhInPlace),
    mapping("sigmoid", sigmoidInPlace),
    mapping("relu", reluInPlace),
  ]);
  return compiled(memory) as KernelFunctions;
}
