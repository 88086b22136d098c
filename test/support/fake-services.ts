import { type Services, type ServiceEvent, type SessionSnapshot, type TrainingPoint } from "../../src/app/index.ts";
import type { ModelSummary, RunSummary, SessionPoint, Trade } from "../../src/app/index.ts";
import { type Clock, UserError } from "../../src/base/index.ts";
import { fakeReport } from "./fake-report.ts";

type SessionSummary = Omit<SessionSnapshot, "points" | "trades">;
type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** `Services` in memory, with one finished run, one model and one running session; nothing moves but by the test's hand. */
export interface FakeServices extends Services {
  readonly runId: string;
  readonly sessionId: string;
  readonly modelId: string;
  /** Every call is refused with this error until it is set back to null. */
  failure: Error | null;
  /** The session lives through its next bar, trade included, and listeners hear of it. */
  nextBar(): void;
  /** A run trains on to the given step, and listeners hear of it. */
  train(runId: string, steps: number): void;
  /** How many listen. */
  listeners(): number;
}

const sessionNotFound = (id: string) =>
  new UserError("session/not-found", `There is no session "${id}".`, { path: "id", hint: "List them: GET /api/sessions." });
const runNotFound = (id: string) =>
  new UserError("run/not-found", `There is no run "${id}".`, { path: "id", hint: "List them: GET /api/runs." });

export function fakeServices(clock: Clock, { bars = 500, empty = false } = {}): FakeServices {
  const report = fakeReport({ bars, seed: 7 });
  const { series } = report;
  const at = () => new Date(clock.now()).toISOString();
  const runs: Mutable<RunSummary>[] = [
    {
      id: "demo-1",
      name: report.name,
      status: "finished",
      createdAt: at(),
      symbol: report.data.symbol,
      synthetic: report.data.synthetic,
      algorithm: "ppo",
      headline: report.verdict.headline,
      metrics: report.strategies[0]!.metrics,
    },
  ];
  const model: ModelSummary = {
    id: "demo@1",
    name: "demo",
    version: 1,
    runId: "demo-1",
    algorithm: "ppo",
    createdAt: at(),
    observationSize: 4,
    observationSchema: "5f0c".repeat(16),
    actionSpace: { kind: "discrete", count: 3, labels: ["short", "flat", "long"] },
    weightsSha256: "9ab3".repeat(16),
  };
  const trained: TrainingPoint[] = [];
  const points: SessionPoint[] = [];
  const trades: Trade[] = [];
  const session: Mutable<SessionSummary> = {
    id: "paper-1",
    modelId: model.id,
    symbol: report.data.symbol,
    currency: report.data.currency,
    synthetic: report.data.synthetic,
    status: "running",
    message: null,
    startedAt: at(),
    barsSeen: 0,
    barsTotal: series.time.length,
    initialEquity: 100_000,
    metrics: null,
  };
  const listeners = new Set<(event: ServiceEvent) => void>();
  const emit = (event: ServiceEvent) => listeners.forEach((listener) => listener(event));

  const pointAt = (index: number): SessionPoint => ({
    time: series.time[index]!,
    open: series.open[index]!,
    high: series.high[index]!,
    low: series.low[index]!,
    close: series.close[index]!,
    equity: series.equity["agent"]![index]!,
    buyAndHold: series.equity["buy-and-hold"]![index]!,
    exposure: series.exposure[index]!,
    drawdown: series.drawdown["agent"]![index]!,
  });
  const nextBar = () => {
    if (session.status !== "running" || points.length === series.time.length) return;
    const point = pointAt(points.length);
    const filled = report.trades.filter((trade) => trade.time === point.time);
    points.push(point);
    trades.push(...filled);
    session.barsSeen = points.length;
    if (points.length === series.time.length) session.status = "finished";
    emit({ type: "session-point", sessionId: session.id, point, trades: filled });
    emit({ type: "session", session: { ...session } });
  };
  if (!empty) for (let bar = 0; bar < Math.floor(bars / 4); bar++) nextBar();

  const services: FakeServices = {
    runId: "demo-1",
    sessionId: session.id,
    modelId: model.id,
    failure: null,
    nextBar,
    listeners: () => listeners.size,
    train(runId, steps) {
      const point = trainingPoint(runId, steps);
      trained.push(point);
      emit({ type: "training", point });
    },
    async runs() {
      check();
      return empty ? [] : runs.toReversed();
    },
    async report(id) {
      check();
      const run = findRun(id);
      if (run.status === "running")
        throw new UserError("run/not-found", `The run "${id}" has no report yet.`, { path: "id", hint: "Wait until it has finished." });
      return report;
    },
    async training(id) {
      check();
      findRun(id);
      return trained.filter(({ runId }) => runId === id);
    },
    async startRun({ data }) {
      check();
      if (data === "nowhere")
        throw new UserError("data/not-found", `There is no data set "${data}".`, { path: "data", hint: "List them: tradewind data list." });
      const run: Mutable<RunSummary> = {
        id: `demo-${runs.length + 1}`,
        name: data,
        status: "running",
        createdAt: at(),
        symbol: data.toUpperCase(),
        synthetic: false,
        algorithm: "ppo",
        headline: null,
        metrics: null,
      };
      runs.push(run);
      emit({ type: "run", run: { ...run } });
      return { ...run };
    },
    async stopRun(id) {
      check();
      const run = findRun(id);
      run.status = "stopped";
      emit({ type: "run", run: { ...run } });
      return { ...run };
    },
    async models() {
      check();
      return empty ? [] : [model];
    },
    async predict({ model: name, observation }) {
      check();
      if (name !== model.id && name !== model.name)
        throw new UserError("model/not-found", `There is no model "${name}".`, { path: "model", hint: "List them: GET /api/models." });
      if (observation.length !== model.observationSize) {
        throw new UserError(
          "request/invalid",
          `observation: ${model.id} takes ${model.observationSize} numbers, not ${observation.length}.`,
          {
            path: "observation",
            hint: `Send ${model.observationSize} finite numbers.`,
          },
        );
      }
      return { model: model.id, action: [2], label: "long", probabilities: [0.1, 0.2, 0.7], value: 0.013 };
    },
    async sessions() {
      check();
      return empty ? [] : [{ ...session }];
    },
    async session(id) {
      check();
      return { ...findSession(id), points: [...points], trades: [...trades] };
    },
    async startSession({ model: name }) {
      check();
      if (name !== model.id)
        throw new UserError("model/not-found", `There is no model "${name}".`, { path: "model", hint: "List them: GET /api/models." });
      return { ...session };
    },
    pauseSession: async (id) => change(id, "running", "paused"),
    resumeSession: async (id) => change(id, "paused", "running"),
    killSession: async (id) => change(id, session.status, "killed"),
    async health() {
      check();
      return { status: "ok", version: "0.1.0", uptimeMs: clock.elapsed() };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };

  function check(): void {
    if (services.failure !== null) throw services.failure;
  }
  function findRun(id: string): Mutable<RunSummary> {
    const run = runs.find((candidate) => candidate.id === id);
    if (run === undefined) throw runNotFound(id);
    return run;
  }
  function findSession(id: string): SessionSummary {
    if (id !== session.id) throw sessionNotFound(id);
    return session;
  }
  function change(id: string, from: SessionSummary["status"], to: SessionSummary["status"]): void {
    check();
    findSession(id);
    if (session.status !== from) {
      throw new UserError("session/conflict", `The session is ${session.status}.`, {
        path: "id",
        hint: `Only a session that is ${from} can become ${to}.`,
      });
    }
    session.status = to;
    session.message = to === "killed" ? "Kill switch latched by hand." : null;
    emit({ type: "session", session: { ...session } });
  }
  return services;
}

/** Training as it would look after so many of 200,000 steps. */
const trainingPoint = (runId: string, steps: number): TrainingPoint => ({
  runId,
  seed: 1,
  steps,
  totalSteps: 200_000,
  stepsPerSecond: 26_412,
  returnMean: 0.02 * Math.log1p(steps / 10_000),
  approxKl: 0.008 + 0.002 * Math.sin(steps / 7_000),
  entropy: 1.09 - steps / 500_000,
  policyLoss: -0.01,
  valueLoss: 0.3 / (1 + steps / 40_000),
  explainedVariance: 1 - 1 / (1 + steps / 50_000),
});
