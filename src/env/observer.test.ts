import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Account, type Bar, emptyBar, readBar } from "../domain/index.ts";
import { fitScaler, scaled } from "../features/index.ts";
import { createVectorEnvironment } from "./batched-environment.ts";
import { createObserver } from "./observer.ts";
import { sampleOptions, samplePipeline, sp500Bars, walk } from "./testing/sample-market.ts";

const modes = ["short-flat-long", "hold-buy-sell", "target-position"] as const;
const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");

describe.each(modes)("%s", (actions) => {
  test.each([
    ["a walk", walk],
    ["the S&P 500", sp500Bars],
  ] as const)("observes and acts as the vector environment does, bit for bit, on %s", (_name, makeBars) => {
    const bars = makeBars();
    const raw = sampleOptions(
      bars,
      { window: 3, environment: { name: "single-asset", params: { actions, maxDrawdown: 1 } }, episode: { randomStart: false } },
      1,
    );
    const pipeline = scaled(samplePipeline, fitScaler(raw.features, 0, 300));
    const options = { ...raw, features: pipeline.batch(bars), pipelineHash: pipeline.hash };
    const environment = createVectorEnvironment(options);
    const observer = createObserver(options, pipeline);
    expect([observer.schema, observer.actionSpace, observer.names]).toEqual([
      environment.observationSchema,
      environment.actionSpace,
      environment.observationNames,
    ]);

    const observation = new Float32Array(observer.size);
    const random = new Random(5);
    let compared = 0;
    for (let row = 0; row < bars.close.length; row++) {
      observer.update(readBar(bars, row, emptyBar()));
      expect(observer.ready).toBe(row >= pipeline.warmup + 2);
      if (!observer.ready) continue;
      const account: Account = environment.accounts[0]!;
      expect(environment.observedAt[0]).toBe(bars.closeTime[row]);
      observer.observe(account, observation);
      expect(bytes(observation)).toBe(bytes(environment.observations));
      const action = Float32Array.of(actions === "target-position" ? 2 * random.uniform() - 1 : random.below(3));
      const [target, position] = [observer.act(action, account), account.position];
      environment.step(action);
      if (environment.terminated[0] || environment.truncated[0]) break;
      if (target === null) expect(account.position).toBe(position);
      compared++;
    }
    expect(compared).toBe(bars.close.length - pipeline.warmup - 4);
  });
});

test("a broken bar makes the observer wait until its window is whole again", () => {
  const bars = walk();
  const observer = createObserver(sampleOptions(bars, { window: 3 }), samplePipeline);
  const bar: Bar = emptyBar();
  for (let row = 0; row < 200; row++) observer.update(readBar(bars, row, bar));
  expect(observer.ready).toBe(true);
  observer.update({ ...readBar(bars, 200, bar), close: NaN });
  expect(observer.ready).toBe(false);
});
