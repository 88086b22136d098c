import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { UserError } from "../base/index.ts";
import { createEnvironment } from "../env/index.ts";
import { recordBarEpisode, renderReplayHtml, renderTerminal } from "../evaluation/index.ts";
import { loadExtensions } from "./extensions.ts";
import { homeAt } from "./home.ts";
import { findModel, stretchOf } from "./paper.ts";
import type { Situation } from "./use-cases.ts";

/** An episode to be drawn, as the command line asks for it. */
export interface RenderRequest {
  readonly model: string;
  readonly replay?: string | undefined;
  readonly from?: string | undefined;
  readonly steps?: number | undefined;
  readonly out: string;
  readonly home?: string | undefined;
}

/** What was drawn, and where it is; `text` is the episode as a terminal shows it. */
export interface RenderedEpisode {
  readonly model: string;
  readonly symbol: string;
  readonly synthetic: boolean;
  readonly steps: number;
  readonly ending: string;
  readonly equity: { readonly start: number; readonly end: number };
  readonly out: string;
  readonly text: string;
}

/** Plays one episode of a model from the first bar of a stretch, its own unseen one unless another is named, and draws it. */
export async function renderEpisode(request: RenderRequest, situation: Situation): Promise<RenderedEpisode> {
  const { cwd } = situation;
  const home = homeAt(cwd, request.home);
  const { id, model } = await findModel(request.model, home, situation);
  const { dataSet, rows } = await stretchOf(request, model, home, cwd);
  const { environment: specification, extensions } = model.manifest.trading;
  const { environments, rewards } = await loadExtensions(extensions);
  const { bars, synthetic } = dataSet;
  const environment = createEnvironment({
    ...specification,
    ...rows,
    episode: { maxSteps: request.steps ?? null, randomStart: false },
    bars,
    features: model.pipeline.batch(bars),
    pipelineHash: model.pipeline.hash,
    available: environments,
    availableRewards: rewards,
  });
  const { symbol } = bars.instrument;
  const recording = recordBarEpisode({
    environment,
    actor: model.policy,
    bars,
    name: `${synthetic ? "SYNTHETIC DATA: " : ""}${specification.environment.name} on ${symbol}`,
    agent: id,
    facts: { model: id, data: request.replay ?? "what its run never saw", reward: specification.reward.name },
    seed: 0,
  });
  const { frames, ending } = recording;
  write(resolve(cwd, request.out), renderReplayHtml(recording));
  const equity = { start: frames[0]!.equity, end: frames.at(-1)!.equity };
  const out = request.out;
  return { model: id, symbol, synthetic, steps: frames.length - 1, ending, equity, out, text: renderTerminal(recording) };
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError("usage/invalid-option", `${basename(path)} cannot be written: ${(error as Error).message}`, {
      path: "--out",
      hint: "Name a file in a folder that exists and may be written.",
      cause: error,
    });
  }
}
