import { expect, test } from "vitest";
import { Random, UserError } from "../../base/index.ts";
import { adam, filled, input, parameters } from "../../graph/index.ts";
import { MinibatchUpdates } from "./minibatch-updates.ts";

test("an update that is not finite is named with its first such operation, and the weights before the pass are kept", () => {
  const network = parameters({ weight: { shape: [1, 1], initialise: filled(1) } }, new Random(1));
  const x = Float32Array.of(1, 2, 3, 4, -1, 5);
  const updates = new MinibatchUpdates({
    rows: 6,
    batchSize: 2,
    optimizer: adam(network),
    columns: { x },
    loss: (size) => ({
      loss: input("x", [size, 1]).mul(network.tensors.weight!).sqrt().mean(),
      watched: {},
    }),
  });
  const failure = () => updates.pass({ learningRate: 0.01 });
  expect(failure).toThrow(UserError);
  expect(failure).toThrow("The gradient of update 3 is not finite; the weights of update 0 are kept.");
  expect(failure).toThrow("The first number that is not finite is in sqrt [2, 1] of mul [2, 1].");
  expect([...network.flat.attributes.data]).toEqual([1]);
  x[4] = 1;
  expect(updates.pass({ learningRate: 0.01 })).toBe(true);
  expect(network.flat.attributes.data[0]).toBeLessThan(1);
  updates.close();
});
