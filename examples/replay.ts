import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAlpha } from "tradewind/env";
import { recordBookEpisode, renderReplayHtml, renderTerminal } from "tradewind/evaluation";

// An agent that leans with the queue imbalance, drawn in the terminal and as a page with the book's depth and a slider.

const environment = createAlpha(
  { orders: "taker-and-maker", session: { steps: 300, stepMs: 200, latencyMs: 10, fees: { makerBps: -0.1, takerBps: 0.3 } } },
  { count: 1 },
);
const size = environment.observationNames.length;
const imbalance = environment.observationNames.indexOf("imbalance-5");
const waitToBe = { short: 3, flat: 4, long: 5 };
const actor = {
  decide(observations: Float32Array, count: number, out: Float32Array) {
    for (let row = 0; row < count; row++) {
      const lean = observations[row * size + imbalance]!;
      out[row] = lean > 0.3 ? waitToBe.long : lean < -0.3 ? waitToBe.short : waitToBe.flat;
    }
  },
};
const recording = recordBookEpisode({ environment, actor, name: "Leaning with the queue", agent: "imbalance rule", seed: 7 });
console.log(renderTerminal(recording));

const page = join(mkdtempSync(join(tmpdir(), "tradewind-")), "replay.html");
writeFileSync(page, renderReplayHtml(recording));
console.log(`\nPage  ${page}`);
