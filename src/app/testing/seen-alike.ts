import { expect } from "vitest";
import { type Bars, emptyBar, readBar } from "../../domain/index.ts";
import { createVectorEnvironment } from "../../env/index.ts";
import { loadTradingModel } from "../model.ts";

/** Expects that a saved model observes, bar by bar as in a session, bit for bit what its environment showed it over the same bars. */
export async function expectSeenAlike(modelFolder: string, bars: Bars): Promise<void> {
  const { pipeline, manifest, observer: start } = await loadTradingModel(modelFolder);
  const market = createVectorEnvironment({
    ...manifest.trading.environment,
    episode: { maxSteps: null, randomStart: false },
    bars,
    features: pipeline.batch(bars),
    pipelineHash: pipeline.hash,
    from: 0,
    to: bars.close.length,
    count: 1,
  });
  const [observer, observation, bar] = [start(), new Float32Array(start().size), emptyBar()];
  let row = 0;
  while (!observer.ready) observer.update(readBar(bars, row++, bar));
  expect(row).toBeLessThan(bars.close.length);
  const still = Float32Array.of(1);
  for (; row < bars.close.length; row++) {
    observer.observe(market.accounts[0]!, observation);
    expect(observation).toEqual(market.observations);
    market.step(still);
    observer.update(readBar(bars, row, bar));
  }
}
