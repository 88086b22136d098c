import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createVectorEnvironment } from "../env/index.ts";
import { loadTradingModel } from "./model.ts";
import { renderEpisode } from "./render-episode.ts";
import { csvOf, standingClock, temporaryFolders, tinyModel, walkDataSet } from "./testing/tiny.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const { bars } = walkDataSet();
let cwd: string;
beforeAll(async () => {
  cwd = folders.fresh();
  await tinyModel(cwd);
  writeFileSync(join(cwd, "walk.csv"), csvOf(bars));
});

const situation = () => ({ cwd, clock: standingClock(), signal: new AbortController().signal, progress: () => undefined });

test("draws what the model does in its environment, and writes the page", async () => {
  const request = { model: "model", replay: "walk.csv", steps: 50, out: "page.html" };
  const drawn = await renderEpisode(request, situation());
  expect(drawn).toMatchObject({ model: "model", steps: 50, ending: "truncated", out: "page.html" });
  const model = await loadTradingModel(join(cwd, "model"));
  const { environment: specification } = model.manifest.trading;
  const market = createVectorEnvironment({
    ...specification,
    episode: { maxSteps: 50, randomStart: false },
    bars,
    features: model.pipeline.batch(bars),
    pipelineHash: model.pipeline.hash,
    from: 0,
    to: bars.close.length,
    count: 1,
  });
  const action = new Float32Array(1);
  for (let step = 0; step < 50; step++) {
    model.policy.decide(market.observations, 1, action);
    market.step(action);
  }
  const { tickSize, lotSize } = bars.instrument;
  expect(drawn.equity.end).toBeCloseTo(market.finalEquity[0]! * tickSize * lotSize, 6);
  expect(drawn.text).toContain("50 steps, cut off by its limit");
  const page = readFileSync(join(cwd, "page.html"), "utf8");
  expect(page).toContain("<title>");
  expect(page).toContain('id="play"');
});

test("begins on the day that is named, and says what it cannot do", async () => {
  const from = new Date(bars.closeTime[200]!).toISOString().slice(0, 10);
  const { text, steps } = await renderEpisode({ model: "model", replay: "walk.csv", from, out: "later.html" }, situation());
  const first = bars.closeTime.find((time) => time > Date.parse(from))!;
  expect(text).toContain(`${new Date(first).toISOString().slice(0, 16).replace("T", " ")} to `);
  expect(steps).toBeLessThan(200);
  const request = { model: "model", replay: "walk.csv", out: "no/such/folder.html" };
  await expect(renderEpisode(request, situation())).rejects.toMatchObject({ code: "usage/invalid-option", path: "--out" });
  await expect(renderEpisode({ ...request, model: "missing" }, situation())).rejects.toMatchObject({ code: "model/not-found" });
});
