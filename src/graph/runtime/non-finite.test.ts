import { expect, test } from "vitest";
import { input, variable } from "../tensor.ts";
import { locateNonFinite } from "./non-finite.ts";
import { compile } from "./program.ts";

/** A variable that loses `x` in every turn, and its logarithm. */
function setup(start: number) {
  const state = variable("state", [1, 1], Float32Array.of(start));
  const next = state.sub(input("x", [1, 1]));
  return { state, spec: { outputs: { level: next.log().mul(2) }, assign: [[state, next]] as const, times: 3 } };
}

test("names the turn and the operation at which numbers stop being finite, and leaves variables alone", () => {
  const { state, spec } = setup(2.5);
  const program = compile(spec);
  program.inputs.x!.set([1, 1, 1]);
  program.run();
  expect([...program.outputs.level].map(Number.isFinite)).toEqual([true, true, false]);
  expect(locateNonFinite(spec, program.inputs)).toEqual({ turn: 2, operation: "log [1, 1] of sub [1, 1]" });
  expect([...state.attributes.data]).toEqual([2.5]);
});

test("names what was fed where that is not finite", () => {
  const { spec } = setup(10);
  expect(locateNonFinite(spec, { x: Float32Array.of(1, NaN, 1) })).toEqual({ turn: 1, operation: "x [1, 1]" });
});

test("finds nothing where all is finite", () => {
  const { spec } = setup(10);
  expect(locateNonFinite(spec, { x: Float32Array.of(1, 1, 1) })).toBeUndefined();
});
