import type { Explanation, Space } from "../env/index.ts";
import type { Metrics, Report, Trade } from "../evaluation/index.ts";
import type { ModelRecord, RunRecord } from "../lab/index.ts";

/** A training and evaluation job, as the dashboard lists it. */
export type RunSummary = Omit<RunRecord, "message">;

/** A registered policy. `version` counts up within a name; `id` is `name@version`. */
export type ModelSummary = Omit<ModelRecord, "actionSpace"> & { readonly actionSpace: Space };

/** One bar of a session as it was lived: the bar, what was decided, where the account stood after it. Money in quote currency. */
export interface SessionPoint {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly equity: number;
  readonly buyAndHold: number;
  readonly exposure: number;
  readonly drawdown: number;
}

/** A paper-trading session with everything a chart needs. */
export interface SessionSnapshot {
  readonly id: string;
  readonly modelId: string;
  readonly symbol: string;
  readonly currency: string;
  readonly synthetic: boolean;
  readonly status: "running" | "paused" | "finished" | "failed" | "killed";
  readonly message: string | null;
  readonly startedAt: string;
  readonly barsSeen: number;
  readonly barsTotal: number | null;
  readonly initialEquity: number;
  readonly points: readonly SessionPoint[];
  readonly trades: readonly Trade[];
  readonly metrics: Metrics | null;
}

/** Training as it goes on. `returnMean` is of finished episodes and null before the first. */
export interface TrainingPoint {
  readonly runId: string;
  readonly seed: number;
  readonly steps: number;
  readonly totalSteps: number;
  readonly stepsPerSecond: number;
  readonly returnMean: number | null;
  readonly approxKl: number | null;
  readonly entropy: number | null;
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly explainedVariance: number | null;
  /** Mean return without dice on bars held out, where an evaluation followed. */
  readonly evaluationReturn?: number;
}

/** What is pushed to those who listen. */
export type ServiceEvent =
  | { readonly type: "training"; readonly point: TrainingPoint }
  | { readonly type: "run"; readonly run: RunSummary }
  | { readonly type: "session"; readonly session: Omit<SessionSnapshot, "points" | "trades"> }
  | { readonly type: "session-point"; readonly sessionId: string; readonly point: SessionPoint; readonly trades: readonly Trade[] };

/** Everything the HTTP service and the dashboard can ask for. Mistakes are `UserError`s. */
export interface Services {
  runs(): Promise<readonly RunSummary[]>;
  report(runId: string): Promise<Report>;
  /** The training of a run so far, seed by seed, steps ascending; of a long one not every point, but every evaluation. */
  training(runId: string): Promise<readonly TrainingPoint[]>;
  /** Starts a training job on a sample data set or a stored one and answers at once with the run. */
  startRun(request: {
    readonly data: string;
    readonly steps?: number | undefined;
    readonly seeds?: number | undefined;
  }): Promise<RunSummary>;
  stopRun(runId: string): Promise<RunSummary>;
  models(): Promise<readonly ModelSummary[]>;
  /** `observation` is raw, of the model's size, finite; checked by the service against the model. `model` is an id or a name (newest version). */
  predict(request: {
    readonly model: string;
    readonly observation: readonly number[];
  }): Promise<Explanation & { readonly model: string; readonly label: string | null }>;
  sessions(): Promise<readonly Omit<SessionSnapshot, "points" | "trades">[]>;
  session(id: string): Promise<SessionSnapshot>;
  /** Starts paper trading of a model over the unseen stretch of its run. `barsPerSecond` sets the pace. */
  startSession(request: { readonly model: string; readonly barsPerSecond: number }): Promise<Omit<SessionSnapshot, "points" | "trades">>;
  pauseSession(id: string): Promise<void>;
  resumeSession(id: string): Promise<void>;
  /** Latches the kill switch of a session: nothing is ordered any more. */
  killSession(id: string): Promise<void>;
  health(): Promise<{ readonly status: "ok"; readonly version: string; readonly uptimeMs: number }>;
  /** Calls back on every event until the returned function is called. */
  subscribe(listener: (event: ServiceEvent) => void): () => void;
  close(): Promise<void>;
}

export { Metrics, renderReportHtml, Report, reportPagePolicy, Trade } from "../evaluation/index.ts";
