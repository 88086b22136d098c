import fc from "fast-check";
import { expect, test } from "vitest";
import { interpret } from "./backends/reference.ts";
import { gradient, type GradientRules } from "./gradient.ts";
import { concat, constant, input, type OpName, topologicalOrder } from "./tensor.ts";
import { centralDifferences, drawFeeds, opCases } from "./testing/op-cases.ts";
import { sizeOf } from "./shape.ts";

test.each(opCases.map((each, index) => ({ name: `${each.op} #${index}`, each, index })))(
  "$name agrees with central differences",
  ({ each, index }) => {
    const { output, inputs } = each;
    const weights = constant(
      Array.from({ length: sizeOf(output.shape) }, (_, at) => Math.cos(at + 1)),
      output.shape,
    );
    const loss = output.mul(weights).sum();
    const feeds = drawFeeds(each, index + 1);
    const gradients = interpret(gradient(loss, inputs), feeds);
    inputs.forEach(({ attributes: { name } }, position) => {
      const expected = centralDifferences(loss, name, feeds);
      gradients[position]!.forEach((value, at) =>
        expect(Math.abs(value - expected[at]!) / Math.max(1, Math.abs(expected[at]!)), `∂/∂${name}[${at}]`).toBeLessThan(1e-6),
      );
    });
  },
);

test("a node used twice gets the sum of both flows", () => {
  const x = input("x", [2, 2]);
  const h = x.tanh();
  const [g] = interpret(gradient(h.mul(h).add(h).sum(), [x]), { x: [0.1, 0.2, 0.3, 0.4] });
  const expected = [0.1, 0.2, 0.3, 0.4].map((v) => (2 * Math.tanh(v) + 1) * (1 - Math.tanh(v) ** 2));
  g!.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12));
});

test("nothing flows through detach, nor to what the loss does not depend on", () => {
  const [x, y] = [input("x", [1, 2]), input("y", [1, 2])];
  const [gx, gy] = interpret(gradient(x.mul(x.detach()).sum(), [x, y]), { x: [3, 4], y: [5, 6] });
  expect([...gx!]).toEqual([3, 4]);
  expect([...gy!]).toEqual([0, 0]);
});

test("a term of weight 0 adds no node", () => {
  const x = input("x", [2, 3]);
  const plain = x.square().mean();
  const order = (loss: typeof plain) => topologicalOrder(gradient(loss, [x])).length;
  expect(order(plain.add(x.logSoftmax().sum().mul(0)))).toBe(order(plain));
});

test("a loss that is no scalar is refused", () => {
  expect(() => gradient(input("x", [2, 3]), [])).toThrow("gradient: the loss has shape [2, 3], not []");
});

test("an operation without a rule does not compile", () => {
  const rules = (complete: GradientRules): GradientRules => {
    const { tanh, ...rest } = complete;
    expect(tanh).toBeUndefined();
    // @ts-expect-error The rule for tanh is missing.
    return rest;
  };
  expect(rules({} as GradientRules)).toEqual({} satisfies Partial<Record<OpName, unknown>>);
});

test("slices that do not overlap are put together once", () => {
  const x = input("x", [2, 12]);
  const parts = Array.from({ length: 12 }, (_, at) => x.slice(1, at, at + 1));
  const [g] = gradient(concat(parts.toReversed(), 1).square().sum(), [x]);
  expect(g!.op).toBe("concat");
  expect(g!.inputs).toHaveLength(12);
});

test("numbers that are highest together share the gradient, and those at 0 have a slope of 0", () => {
  const x = input("x", [2, 3]);
  const [ofHighest, ofAbs] = interpret([...gradient(x.highest(1).sum(), [x]), ...gradient(x.abs().sum(), [x])], {
    x: [1, 3, 3, 0, -2, -1],
  });
  expect([...ofHighest!]).toEqual([0, 0.5, 0.5, 1, 0, 0]);
  expect([...ofAbs!]).toEqual([1, 1, 1, 0, -1, -1]);
});

const numbersOf = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(3 * at + 1));

test("taking places and its gradient, for any places: each gets back what was taken from it", () => {
  const places = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(places, fc.nat({ max: 2 }), (indices, axis) => {
      const shape = [2, 3, 4].with(axis, 5);
      const x = input("x", shape);
      const taken = x.take(axis, indices);
      const weights = constant(numbersOf(sizeOf(taken.shape)), taken.shape);
      const [value, g] = interpret([taken.mul(weights).sum(), ...gradient(taken.mul(weights).sum(), [x])], { x: numbersOf(sizeOf(shape)) });
      // The value is linear in x, so that the gradient says all of it.
      expect(g!.reduce((sum, each, at) => sum + each * numbersOf(sizeOf(shape))[at]!, 0)).toBeCloseTo(value![0]!, 10);
      const inner = sizeOf(shape.slice(axis + 1));
      g!.forEach((each, at) => {
        if (!indices.includes(Math.floor(at / inner) % 5)) expect(each).toBe(0);
      });
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("any slices of a tensor, overlapping or not, sum to what each would give alone", () => {
  const cuts = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(cuts, (list) => {
      const x = input("x", [4, 4]);
      const parts = list.map(([axis, start, more]) =>
        x
          .slice(axis, start, Math.min(4, start + 1 + more))
          .square()
          .sum(),
      );
      const feeds = { x: numbersOf(16) };
      const alone = parts.map((part) => interpret(gradient(part, [x]), feeds)[0]!);
      const [together] = interpret(
        gradient(
          parts.reduce((left, right) => left.add(right)),
          [x],
        ),
        feeds,
      );
      together!.forEach((value, at) =>
        expect(value).toBeCloseTo(
          alone.reduce((sum, each) => sum + each[at]!, 0),
          12,
        ),
      );
    }),
    { seed: 2, numRuns: 60 },
  );
});

test("swapping axes and swapping them back is nothing, in either direction", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (axes) => {
      const x = input("x", [2, 3, 1, 4]);
      const back = axes.map((_, axis) => axes.indexOf(axis));
      const feeds = { x: numbersOf(24) };
      const [value, g] = interpret([x.permute(axes).permute(back), ...gradient(x.permute(axes).square().sum(), [x])], feeds);
      expect(value).toEqual(Float64Array.from(feeds.x));
      expect(g).toEqual(Float64Array.from(feeds.x, (each) => 2 * each));
    }),
    { seed: 3, numRuns: 24 },
  );
});
