import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, parse, UserError } from "../base/index.ts";
import { Report, type Trade } from "../evaluation/index.ts";
import { type Lab, type ModelRecord, openLab, type RunRecord } from "../lab/index.ts";
import { type DataSet, openNamedDataSet } from "./data-sets.ts";
import { defineExperiment, type Experiment } from "./experiment.ts";
import type { Home } from "./home.ts";
import { loadTradingModel, type TradingModel } from "./model.ts";
import { PaperSession } from "./paper-session.ts";
import type { ServiceEvent, Services, SessionPoint, TrainingPoint } from "./services.ts";
import { startExperiment, type StartedRun, unseenStretch } from "./train-experiment.ts";
import { thinned } from "./training-watch.ts";

/** What the services are made of besides the home: the version they say they are, and how progress is to be logged. */
export interface ServicesOptions {
  readonly home: Home;
  readonly clock: Clock;
  readonly version: string;
}

/** The services on this machine, with what the demo needs beyond the HTTP contract. */
export interface LocalServices extends Services {
  readonly lab: Lab;
  readonly home: Home;
  /** Starts an experiment and lets those who listen watch it. */
  train(
    experiment: Experiment,
    dataSet: DataSet,
    options?: Pick<Parameters<typeof startExperiment>[0], "onProgress" | "signal" | "resume" | "cwd">,
  ): Promise<StartedRun>;
}

/** Opens the lab of a home and serves it. `close` stops what runs and waits for it. */
export async function openServices({ home, clock, version }: ServicesOptions): Promise<LocalServices> {
  const lab = await openLab(home.lab, clock);
  const started = clock.elapsed();
  const listeners = new Set<(event: ServiceEvent) => void>();
  const emit = (event: ServiceEvent) => listeners.forEach((listener) => listener(event));
  const models = new Map<string, Promise<TradingModel>>();
  const sessions = new Map<string, PaperSession>();
  const stops = new Map<string, AbortController>();
  const working = new Set<Promise<unknown>>();

  const background = (work: Promise<unknown>) => {
    const quiet = work.catch(() => undefined); // Filed with the run or the session, where people look.
    working.add(quiet);
    void quiet.finally(() => working.delete(quiet));
  };
  const modelOf = async (id: string): Promise<{ record: ModelRecord; model: TradingModel }> => {
    const record = await lab.models.get(id);
    let model = models.get(record.id);
    if (!model) {
      model = lab.models.load(record.id).then(({ folder }) => loadTradingModel(folder));
      models.set(record.id, model);
      model.catch(() => models.delete(record.id)); // It may be mended meanwhile.
    }
    return { record, model: await model };
  };
  const sessionOf = (id: string): PaperSession => {
    const session = sessions.get(id);
    if (!session)
      throw new UserError("session/not-found", `there is no session "${id}"`, { path: id, hint: "GET /api/sessions lists the sessions." });
    return session;
  };

  const train: LocalServices["train"] = async (experiment, dataSet, { signal, ...options } = {}) => {
    const stop = new AbortController();
    const run = await startExperiment({
      experiment,
      dataSet,
      lab,
      home,
      clock,
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
      onPoint: (point) => emit({ type: "training", point }),
      onRun: (record) => emit({ type: "run", run: summaryOf(record) }),
      ...options,
    });
    stops.set(run.run.id, stop);
    background(run.finished.finally(() => stops.delete(run.run.id)));
    return run;
  };

  return {
    lab,
    home,
    train,
    runs: async () => (await lab.runs.list()).map(summaryOf),
    async report(runId) {
      const run = await lab.runs.get(runId);
      const path = (await lab.runs.artifacts(runId))["report.json"];
      if (path === undefined) {
        throw new UserError("run/not-found", `run ${run.id} is ${run.status} and has no report`, {
          path: runId,
          hint: "A run has a report when it has finished.",
        });
      }
      return parse(Report, JSON.parse(readFileSync(path, "utf8")), "report", "data/corrupt");
    },
    async training(runId) {
      await lab.runs.get(runId);
      return thinned((await lab.runs.points(runId)) as readonly unknown[] as readonly TrainingPoint[]);
    },
    async startRun({ data, steps, seeds }) {
      const dataSet = await openNamedDataSet(data, home);
      const plan = defineExperiment({
        name: data.replace(/[^a-z0-9]+/gi, "-").toLowerCase(),
        data,
        ...(steps !== undefined && { totalSteps: steps, walkForward: { totalSteps: steps } }),
        ...(seeds !== undefined && { seeds: Array.from({ length: seeds }, (_, index) => index + 1) }),
      });
      return summaryOf((await train(plan, dataSet)).run);
    },
    async stopRun(runId) {
      const run = await lab.runs.get(runId);
      const stop = stops.get(runId);
      if (!stop)
        throw new UserError("session/conflict", `run ${runId} is ${run.status}`, {
          path: runId,
          hint: "Only a run that this service started and that is running can be stopped.",
        });
      stop.abort();
      return summaryOf(run);
    },
    models: () => lab.models.list(),
    async predict({ model: id, observation }) {
      const { record, model } = await modelOf(id);
      const { observationSize, actionSpace } = model.policy;
      if (observation.length !== observationSize) {
        throw new UserError("request/invalid", `observation: ${record.id} takes ${observationSize} numbers, got ${observation.length}`, {
          path: "observation",
          hint: `Send ${observationSize} finite numbers in the order of the model's observation.`,
        });
      }
      const numbers = Float32Array.from(observation);
      const beyond = numbers.findIndex((number) => !Number.isFinite(number));
      if (beyond >= 0) {
        throw new UserError("request/invalid", `observation.${beyond}: ${observation[beyond]} is beyond what a float32 holds`, {
          path: `observation.${beyond}`,
          hint: "Send numbers of the size that the model's features have.",
        });
      }
      const explanation = model.policy.explain(numbers);
      const label = actionSpace.kind === "discrete" ? (actionSpace.labels?.[explanation.action[0]!] ?? null) : null;
      return { model: record.id, label, ...explanation };
    },
    sessions: async () => [...sessions.values()].map((session) => session.summary()).toReversed(),
    session: async (id) => sessionOf(id).snapshot(),
    async startSession({ model: id, barsPerSecond }) {
      const { record, model } = await modelOf(id);
      const { dataSet, rows } = await unseenStretch(record.runId, home);
      const name = `${record.name}-${record.version}-${new Date(clock.now()).toISOString().replace(/\D/g, "").slice(0, 14)}`;
      const sessionId = sessions.has(name) ? `${name}-${sessions.size + 1}` : name;
      const session = new PaperSession({
        id: sessionId,
        modelId: record.id,
        model,
        bars: dataSet.bars,
        synthetic: dataSet.synthetic,
        rows,
        barsPerSecond,
        folder: join(home.sessions, sessionId),
        clock,
        onChange: (changed) => emit({ type: "session", session: changed.summary() }),
        onPoint: (point: SessionPoint, trades: readonly Trade[]) => emit({ type: "session-point", sessionId, point, trades }),
      });
      sessions.set(sessionId, session);
      background(session.run());
      emit({ type: "session", session: session.summary() });
      return session.summary();
    },
    pauseSession: async (id) => sessionOf(id).pause(),
    resumeSession: async (id) => sessionOf(id).resume(),
    killSession: async (id) => sessionOf(id).kill("dashboard", "killed by hand"),
    health: async () => ({ status: "ok", version, uptimeMs: clock.elapsed() - started }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const stop of stops.values()) stop.abort();
      for (const session of sessions.values()) session.stop();
      await Promise.all(working);
      await lab.close();
    },
  };
}

const summaryOf = ({ id, name, status, createdAt, symbol, synthetic, algorithm, headline, metrics }: RunRecord) => ({
  id,
  name,
  status,
  createdAt,
  symbol,
  synthetic,
  algorithm,
  headline,
  metrics,
});
