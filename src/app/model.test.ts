import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Account, emptyBar, readBar, toMoney, toTicks } from "../domain/index.ts";
import { createVectorEnvironment } from "../env/index.ts";
import { noOrders } from "../trading/index.ts";
import { loadTradingModel, type TradingModel } from "./model.ts";
import { temporaryFolders, tinyModel, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const { bars } = walkDataSet();
let folder: string;
let model: TradingModel;
beforeAll(async () => {
  folder = await tinyModel(folders.fresh());
  model = await loadTradingModel(folder);
});

/** What an agent wants at every bar, with an account that it does not move. */
function decisionsOf({ agent }: TradingModel): (number | null)[] {
  const fresh = agent();
  const account = new Account(toMoney(bars.instrument, 100_000));
  const bar = emptyBar();
  return Array.from({ length: bars.close.length }, (_, row) => {
    fresh.update(readBar(bars, row, bar));
    account.mark(toTicks(bars.instrument, bar.close));
    return fresh.decide(account, noOrders(account, bars.instrument));
  });
}

describe("a saved model", () => {
  test("loads with all that trading needs", () => {
    const { manifest, policy, pipeline } = model;
    expect(manifest.trading.instrument).toEqual(bars.instrument);
    expect(manifest.trading.trainedOn).toEqual({ from: bars.closeTime[0], to: bars.closeTime.at(-1), bars: bars.close.length });
    expect(manifest.trading.scaler.names).toEqual([...pipeline.names]);
    expect(policy.observationSize).toBe(model.observer().size);
  });

  test("sees and decides as in its training environment, bit for bit", () => {
    const { environment } = model.manifest.trading;
    const market = createVectorEnvironment({
      ...environment,
      episode: { maxSteps: null, randomStart: false },
      bars,
      features: model.pipeline.batch(bars),
      pipelineHash: model.pipeline.hash,
      from: 0,
      to: bars.close.length,
      count: 1,
    });
    const observer = model.observer();
    const observation = new Float32Array(observer.size);
    const bar = emptyBar();
    for (let row = 0; !observer.ready; row++) observer.update(readBar(bars, row, bar));
    observer.observe(market.accounts[0]!, observation);
    expect(observation).toEqual(market.observations);
    const [here, there] = [new Float32Array(1), new Float32Array(1)];
    model.policy.decide(observation, 1, here);
    model.policy.decide(market.observations, 1, there);
    expect(here).toEqual(there);
  });

  test("decides the same after another load, and with every agent anew", async () => {
    const decisions = decisionsOf(model);
    expect(new Set(decisions.filter((decision) => decision !== null)).size, "it does decide").toBeGreaterThan(0);
    expect(decisions.slice(0, model.pipeline.warmup)).toEqual(Array(model.pipeline.warmup).fill(null));
    expect(decisionsOf(model)).toEqual(decisions);
    expect(decisionsOf(await loadTradingModel(folder))).toEqual(decisions);
  });

  test("lies wherever it was copied to", async () => {
    const copy = join(folders.fresh(), "elsewhere");
    cpSync(folder, copy, { recursive: true });
    expect(decisionsOf(await loadTradingModel(copy))).toEqual(decisionsOf(model));
  });
});

interface Manifest {
  schema: string;
  policy: Record<string, unknown>;
  trading: {
    scaler: { names: string[]; mean: number[] };
    features: { indicator: string; params: Record<string, unknown>; name: string }[];
    environment: { window: number; environment: { name: string; params: Record<string, unknown> } };
    instrument: Record<string, unknown>;
  };
}

describe("a manifest that was changed", () => {
  test.each<[string, (manifest: Manifest) => void, string, RegExp]>([
    ["a mean of the scaler", ({ trading }) => (trading.scaler.mean[0]! += 1e-9), "model/schema-mismatch", /observationSchema/],
    ["a name in the scaler", ({ trading }) => (trading.scaler.names[1] = "macd"), "model/schema-mismatch", /scaler\.names\.1/],
    ["a mean too few", ({ trading }) => trading.scaler.mean.pop(), "model/schema-mismatch", /observationSchema/],
    ["a feature's period", ({ trading }) => (trading.features[1]!.params["period"] = 6), "model/schema-mismatch", /observationSchema/],
    ["a feature too few", ({ trading }) => trading.features.pop(), "model/schema-mismatch", /scaler\.names/],
    ["an unknown feature", ({ trading }) => (trading.features[0]!.indicator = "rsy"), "model/invalid", /trading\.features\.0\.indicator/],
    [
      "a feature's parameter",
      ({ trading }) => (trading.features[1]!.params["period"] = 0),
      "model/invalid",
      /trading\.features\.1\.params\.period/,
    ],
    ["the window", ({ trading }) => (trading.environment.window = 2), "model/schema-mismatch", /observationSize/],
    ["an unknown environment", ({ trading }) => (trading.environment.environment.name = "casino"), "model/invalid", /trading\.environment/],
    [
      "the actions",
      ({ trading }) => (trading.environment.environment.params["actions"] = "target-position"),
      "model/schema-mismatch",
      /observationSchema/,
    ],
    ["the observation's size", ({ policy }) => (policy["observationSize"] = 3), "model/schema-mismatch", /observationSize/],
    [
      "the observation's schema",
      ({ policy }) => (policy["observationSchema"] = "0".repeat(64)),
      "model/schema-mismatch",
      /observationSchema/,
    ],
    [
      "the instrument's tick",
      ({ trading }) => (trading.instrument["tickSize"] = -1),
      "model/invalid",
      /manifest\.trading\.instrument\.tickSize/,
    ],
    ["another schema", (manifest) => (manifest.schema = "tradewind/model@9"), "model/invalid", /manifest\.schema/],
    ["nothing on trading", (manifest) => delete (manifest as Partial<Manifest>).trading, "model/invalid", /manifest\.trading/],
    ["a mark of the policy's file", ({ policy }) => (policy["fileSha256"] = "0".repeat(64)), "model/invalid", /./],
  ])("%s", async (_, change, code, path) => {
    const copy = folders.fresh();
    cpSync(folder, copy, { recursive: true });
    const file = join(copy, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    change(manifest);
    writeFileSync(file, JSON.stringify(manifest));
    const error = await loadTradingModel(copy).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "UserError", code, path: expect.stringMatching(path) as string });
    expect((error as { hint: string }).hint.length).toBeGreaterThan(10);
  });
});

describe("a folder that is damaged", () => {
  test.each<[string, (folder: string) => void, string]>([
    ["no manifest", (place) => rmSync(join(place, "manifest.json")), "model/not-found"],
    ["no policy", (place) => rmSync(join(place, "policy.onnx")), "model/invalid"],
    ["a manifest that is no JSON", (place) => writeFileSync(join(place, "manifest.json"), "{"), "model/invalid"],
    ["a manifest that is a list", (place) => writeFileSync(join(place, "manifest.json"), "[]"), "model/invalid"],
    ["an empty manifest", (place) => writeFileSync(join(place, "manifest.json"), ""), "model/invalid"],
    [
      "a policy cut off",
      (place) => writeFileSync(join(place, "policy.onnx"), readFileSync(join(place, "policy.onnx")).subarray(0, 99)),
      "model/invalid",
    ],
    ["an empty policy", (place) => writeFileSync(join(place, "policy.onnx"), ""), "model/invalid"],
    ["no folder at all", (place) => rmSync(place, { recursive: true }), "model/not-found"],
  ])("%s", async (_, damage, code) => {
    const copy = folders.fresh();
    cpSync(folder, copy, { recursive: true });
    damage(copy);
    await expect(loadTradingModel(copy)).rejects.toMatchObject({ name: "UserError", code });
  });
});
