import { expect, test } from "vitest";
import { interpret } from "./backends/reference.ts";
import { gradient } from "./gradient.ts";
import { constant, input, topologicalOrder } from "./tensor.ts";
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
