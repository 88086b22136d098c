import { expect, test } from "vitest";
import { manualClock, Random } from "../../base/index.ts";
import { adam } from "../optimizers/adam.ts";
import { parameters } from "../parameters.ts";
import { declareMlp, applyMlp } from "../layers/mlp.ts";
import { input } from "../tensor.ts";
import { fasterOf } from "./fastest-session.ts";
import { compile } from "./program.ts";
import type { Session } from "./session.ts";

/** A session whose runs take so long by the clock, which is moved from outside. */
function sessionThat(takes: () => number, clock: ReturnType<typeof manualClock>) {
  const session = {
    runs: 0,
    closed: false,
    run: () => {
      session.runs++;
      clock.set(clock.now() + takes());
    },
    close: () => void (session.closed = true),
  };
  return session;
}

test("several threads are taken where they are clearly faster, and given up where they no longer are", () => {
  const clock = manualClock();
  let slowness = 5;
  const one = sessionThat(() => 10, clock);
  const several = sessionThat(() => slowness, clock);
  const session: Session = fasterOf(one, several, clock);
  const runs = (count: number) => {
    const before = [one.runs, several.runs];
    for (let turn = 0; turn < count; turn++) session.run({}, {});
    return [one.runs - before[0]!, several.runs - before[1]!];
  };
  expect(runs(8)).toEqual([4, 4]);
  expect(runs(242)).toEqual([0, 242]);
  slowness = 9;
  expect(runs(250)).toEqual([4 + 242, 4]);
  slowness = 8;
  expect(runs(250)).toEqual([4, 4 + 242]);
  session.close();
  expect([one.closed, several.closed]).toEqual([true, true]);
});

test("the number of threads does not change a single bit of what is learned", () => {
  const learned = (threads: 1 | 2 | "auto") => {
    const network = parameters(declareMlp("net", [16, 64, 64, 1], 1), new Random(1));
    const optimizer = adam(network, { maxGradNorm: 0.5 });
    const { assign, gradientNorm } = optimizer.minimise(
      applyMlp("net", network, input("x", [1024, 16]))
        .square()
        .mean(),
    );
    const program = compile({ outputs: { gradientNorm }, assign, times: 2, threads });
    const random = new Random(2);
    program.inputs.x!.forEach((_, at, data) => (data[at] = random.normal()));
    for (let turn = 0; turn < 10; turn++) {
      for (const index of [0, 1]) optimizer.schedule(program.inputs, index, 2 * turn + index + 1, 1e-2);
      program.run();
      program.commit();
    }
    program.close();
    return [...network.flat.attributes.data];
  };
  const expected = learned(1);
  expect(learned(2)).toEqual(expected);
  expect(learned("auto")).toEqual(expected);
});
