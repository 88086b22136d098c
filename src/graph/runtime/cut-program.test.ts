import { expect, test } from "vitest";
import { interpret } from "../backends/reference.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { applyKernel, constant, input, type Tensor, variable } from "../tensor.ts";
import { locateNonFinite } from "./non-finite.ts";
import { compile } from "./program.ts";

/** The sum of its operands, number by number, by way of its scratch. */
const sum: Kernel = {
  name: "sum",
  scratch: 4,
  reference: ([left, right]) => left!.map((value, at) => value + right![at]!),
  bind:
    (_, [left, right], result, scratch) =>
    () => {
      for (let at = 0; at < result.length; at++) scratch[at] = left![at]! + right![at]!;
      result.set(scratch);
    },
};

const added = (left: Tensor, right: Tensor) => applyKernel(sum, [left, right], [2, 2]);

test("a program is cut wherever kernels stand: behind leaves, behind each other, before results", () => {
  const [x, y] = [input("x", [2, 2]), input("y", [2, 2])];
  const held = variable("held", [2, 2], Float32Array.of(1, 2, 3, 4));
  const first = added(x, held);
  const second = added(first, y.mul(2));
  const third = added(second.tanh(), constant([5, 6, 7, 8], [2, 2]));
  const outputs = { first, second: second.add(first), third, again: third, same: x, product: third.mul(x).sum(), early: x.exp() };
  const program = compile({ outputs });
  const feeds = { x: [1, -1, 0.5, 2], y: [0.1, 0.2, 0.3, 0.4] };
  program.inputs.x!.set(feeds.x);
  program.inputs.y!.set(feeds.y);
  program.run();
  interpret(Object.values(outputs), feeds).forEach((expected, index) => {
    const found = Object.values(program.outputs)[index]!;
    expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 5));
  });
  program.close();
});

/** A state that grows by what is fed, by way of a kernel that reads it through a view. */
function growing() {
  const block = Float32Array.of(1, 2, 3, 4, 5);
  const state = variable("state", [1, 5], block);
  const view = variable("view", [2, 2], block.subarray(1));
  const total = added(view, input("x", [2, 2]).mul(1)).sum();
  return { block, total, state, next: state.add(total.mul(0.1)) };
}

test("several turns in one run are the same as one by one, and nothing changes before it is committed", () => {
  const feeds = Array.from({ length: 12 }, (_, at) => Math.cos(at));
  const run = (times: number) => {
    const { block, total, state, next } = growing();
    const program = compile({ outputs: { total }, assign: [[state, next]], times });
    const totals: number[] = [];
    for (let turn = 0; turn < 3; turn += times) {
      program.inputs.x!.set(feeds.slice(4 * turn, 4 * (turn + times)));
      const before = [...block];
      program.run();
      expect([...block]).toEqual(before);
      program.commit();
      totals.push(...program.outputs.total);
    }
    program.close();
    return [...totals, ...block];
  };
  expect(run(3)).toEqual(run(1));
});

test("where numbers stop being finite is found beyond a kernel too", () => {
  const { total, state, next } = growing();
  const spec = { outputs: { level: total.log() }, assign: [[state, next]] as const, times: 2 };
  expect(locateNonFinite(spec, { x: Float32Array.of(1, 1, 1, 1, -100, 0, 0, 0) })).toEqual({ turn: 1, operation: "log [] of sum []" });
});
