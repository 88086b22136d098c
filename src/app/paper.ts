import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { metricText } from "../evaluation/index.ts";
import { type DataSet, openDataSet } from "./data-sets.ts";
import { blamed } from "./extensions.ts";
import { type Home, homeAt } from "./home.ts";
import type { Rows } from "./judge.ts";
import { loadTradingModel, type TradingModel } from "./model.ts";
import { PaperSession } from "./paper-session.ts";
import type { SessionSnapshot } from "./services.ts";
import { unseenStretch } from "./train-experiment.ts";
import { readRisk, type Situation, withLab } from "./use-cases.ts";

/** A paper session as the command line asks for it. */
export interface PaperRequest {
  readonly model: string;
  readonly replay?: string | undefined;
  readonly from?: string | undefined;
  readonly speed?: number | undefined;
  readonly risk?: string | undefined;
  readonly home?: string | undefined;
}

/** Paper-trades a model over a replay, its own unseen stretch unless another is named, and says how it went. */
export async function paper(
  request: PaperRequest,
  situation: Situation,
): Promise<{ readonly session: SessionSnapshot; readonly folder: string; readonly text: string }> {
  const { cwd, clock, signal, progress } = situation;
  const home = homeAt(cwd, request.home);
  const { id: modelId, model } = await findModel(request.model, home, situation);
  const { dataSet, rows } = await stretchOf(request, model, home, cwd);
  const id = `${modelId.replace(/[^a-z0-9]+/gi, "-")}-${new Date(clock.now()).toISOString().replace(/\D/g, "")}`;
  const folder = join(home.sessions, id);
  const total = rows.to - rows.from;
  const session: PaperSession = new PaperSession({
    id,
    modelId,
    model,
    bars: dataSet.bars,
    synthetic: dataSet.synthetic,
    rows,
    barsPerSecond: request.speed ?? null,
    folder,
    clock,
    ...(request.risk !== undefined && { risk: readRisk(request.risk, cwd) }),
    onPoint: ({ time, equity, exposure }) => {
      const fraction = session.points.length / total;
      progress({
        stage: "paper",
        fraction,
        message: `${new Date(time).toISOString().slice(0, 16)}  equity ${Math.round(equity).toLocaleString("en-US")}  exposure ${exposure.toFixed(2)}`,
      });
    },
  });
  const stop = () => session.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await session.run();
  } catch (error) {
    throw blamed(error, model.manifest.trading.extensions);
  } finally {
    signal.removeEventListener("abort", stop);
  }
  const snapshot = session.snapshot();
  return { session: snapshot, folder, text: describe(snapshot, folder, dataSet.bars.instrument.currency) };
}

/** A registered model by id or name, or one in a folder. */
export async function findModel(name: string, home: Home, { cwd, clock }: Situation): Promise<{ id: string; model: TradingModel }> {
  const folder = resolve(cwd, name);
  if (existsSync(join(folder, "manifest.json"))) return { id: name, model: await loadTradingModel(folder) };
  return withLab(home, clock, async (lab) => {
    const { model, folder: registered } = await lab.models.load(name);
    return { id: model.id, model: await loadTradingModel(registered) };
  });
}

/** The bars that a model is shown: those its run never saw, unless others are named. */
export async function stretchOf(
  { replay, from }: Pick<PaperRequest, "replay" | "from">,
  model: TradingModel,
  home: Home,
  cwd: string,
): Promise<{ dataSet: DataSet; rows: Rows }> {
  if (replay === undefined && from === undefined) return unseenStretch(model.manifest.runId, home);
  const dataSet = replay === undefined ? (await unseenStretch(model.manifest.runId, home)).dataSet : await openDataSet(replay, home, cwd);
  const { bars } = dataSet;
  const first = from === undefined ? firstUsable(bars, model) : bars.closeTime.findIndex((time) => time > Date.parse(from));
  if (first < 0 || first >= bars.close.length - 1) {
    throw new UserError(
      "data/too-short",
      from === undefined ? "the replay has too few bars for the model's features" : `no bars after ${from}`,
      { path: from === undefined ? "replay" : "from", hint: "Give a longer replay or an earlier day." },
    );
  }
  return { dataSet, rows: { from: first, to: bars.close.length } };
}

/** The first bar at which every feature is ready. */
const firstUsable = (bars: Bars, { pipeline, manifest }: TradingModel): number =>
  Math.min(pipeline.warmup + manifest.trading.environment.window - 1, bars.close.length);

function describe(
  { modelId, symbol, synthetic, status, message, barsSeen, trades, metrics, initialEquity, points }: SessionSnapshot,
  folder: string,
  currency: string,
): string {
  const last = points.at(-1);
  const lines = [
    `${synthetic ? "SYNTHETIC DATA  " : ""}${modelId} on ${symbol}: ${status}${message === null ? "" : ` (${message})`} after ${barsSeen} bars, ${trades.length} trades`,
    ...(last
      ? [
          `Equity      ${initialEquity.toLocaleString("en-US")} → ${Math.round(last.equity).toLocaleString("en-US")}; buy-and-hold ${Math.round(last.buyAndHold).toLocaleString("en-US")}`,
        ]
      : []),
    ...(metrics
      ? [`Sharpe      ${metricText("sharpe", metrics, currency)}, max drawdown ${metricText("maxDrawdown", metrics, currency)}`]
      : []),
    `Journal     ${join(folder, "journal.ndjson")}`,
  ];
  return lines.join("\n");
}
