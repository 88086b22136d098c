import { z } from "zod";
import { Metrics, Report, Trade, type ModelSummary as ModelSummaryType, type RunSummary as RunSummaryType } from "../app/index.ts";
import type { ServiceEvent, SessionSnapshot as SessionSnapshotType, TrainingPoint as TrainingPointType } from "../app/index.ts";
import { errorTable, type ErrorCode } from "../base/index.ts";

/** The schemas that have a name in the OpenAPI document. */
export const namedSchemas = z.registry<{ id: string }>();

const named = <Schema extends z.ZodType>(id: string, schema: Schema): Schema => {
  namedSchemas.add(schema, { id });
  return schema;
};

/** Every answer that is not a success: a code of the error table, words, the offending field and the way out. */
export const ErrorDocument = named(
  "Error",
  z.strictObject({
    error: z.strictObject({
      code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      path: z.string().exactOptional(),
      hint: z.string(),
    }),
  }),
);

named("Report", Report);
named("Metrics", Metrics);
named("Trade", Trade);

/** The name of a run or a session as it stands in an address. */
export const Id = z.string().regex(/^[A-Za-z0-9][\w.@-]{0,199}$/, "must be a name of letters, digits, dots, dashes, underscores and @");

/** Parameters of every address that names one run or one session. */
export const IdParams = z.strictObject({ id: Id });

/** Whether the service answers, for how long it has, and who listens to its events. */
export const Health = named(
  "Health",
  z.strictObject({
    status: z.literal("ok"),
    version: z.string(),
    uptimeMs: z.number().nonnegative(),
    listeners: z.strictObject({ connected: z.int(), dropped: z.int() }),
  }),
);

const Space = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("discrete"), count: z.int(), labels: z.array(z.string()).readonly().exactOptional() }),
  z.strictObject({ kind: z.literal("box"), size: z.int(), low: z.number(), high: z.number() }),
]);

/** A training and evaluation job. */
export const RunSummary = named(
  "RunSummary",
  z.strictObject({
    id: z.string(),
    name: z.string(),
    status: z.enum(["running", "finished", "failed", "stopped"]),
    createdAt: z.string(),
    symbol: z.string(),
    synthetic: z.boolean(),
    algorithm: z.string(),
    headline: z.string().nullable(),
    metrics: Metrics.nullable(),
  }) satisfies z.ZodType<RunSummaryType>,
);

/** What to train on, for how many steps, with how many seeds; what is left out is the service's default. */
export const RunRequest = named(
  "RunRequest",
  z.strictObject({
    data: z.string().min(1).max(200),
    steps: z.int().min(1).max(1e9).optional(),
    seeds: z.int().min(1).max(100).optional(),
  }),
);

/** A registered policy. */
export const ModelSummary = named(
  "ModelSummary",
  z.strictObject({
    id: z.string(),
    name: z.string(),
    version: z.int(),
    runId: z.string().nullable(),
    algorithm: z.string(),
    createdAt: z.string(),
    observationSize: z.int(),
    observationSchema: z.string(),
    actionSpace: Space,
    weightsSha256: z.string(),
  }) satisfies z.ZodType<ModelSummaryType>,
);

/** One raw observation for a model, named by id (`name@version`) or by name for its newest version. */
export const PredictRequest = named(
  "PredictRequest",
  z.strictObject({ model: z.string().min(1).max(200), observation: z.array(z.number()).min(1).max(100_000).readonly() }),
);

const numbers = z.array(z.number()).readonly();

/** What the model does with the observation and why; `label` is the action's name where it has one. */
export const PredictResponse = named(
  "PredictResponse",
  z.strictObject({
    model: z.string(),
    action: numbers,
    label: z.string().nullable(),
    probabilities: numbers.exactOptional(),
    mean: numbers.exactOptional(),
    standardDeviation: numbers.exactOptional(),
    value: z.number(),
  }),
);

/** One bar of a session; money in quote currency, time in ms since the epoch, UTC; drawdown from −1 to 0, the distance to the peak. */
export const SessionPoint = named(
  "SessionPoint",
  z.strictObject({
    time: z.number(),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    equity: z.number(),
    buyAndHold: z.number(),
    exposure: z.number(),
    drawdown: z.number(),
  }),
);

/** A session without its points and trades, as lists and events carry it. */
export const SessionSummary = named(
  "SessionSummary",
  z.strictObject({
    id: z.string(),
    modelId: z.string(),
    symbol: z.string(),
    currency: z.string(),
    synthetic: z.boolean(),
    status: z.enum(["running", "paused", "finished", "failed", "killed"]),
    message: z.string().nullable(),
    startedAt: z.string(),
    barsSeen: z.int(),
    barsTotal: z.int().nullable(),
    initialEquity: z.number(),
    metrics: Metrics.nullable(),
  }),
);

/** A session with everything a chart needs. */
export const SessionSnapshot = named(
  "SessionSnapshot",
  SessionSummary.extend({
    points: z.array(SessionPoint).readonly(),
    trades: z.array(Trade).readonly(),
  }) satisfies z.ZodType<SessionSnapshotType>,
);

/** Which model to trade on paper, and how many bars pass a second. */
export const SessionRequest = named(
  "SessionRequest",
  z.strictObject({ model: z.string().min(1).max(200), barsPerSecond: z.number().gt(0).max(1000).default(5) }),
);

/** Training as it goes on. */
export const TrainingPoint = named(
  "TrainingPoint",
  z.strictObject({
    runId: z.string(),
    seed: z.int(),
    steps: z.int(),
    totalSteps: z.int(),
    stepsPerSecond: z.number(),
    returnMean: z.number().nullable(),
    approxKl: z.number().nullable(),
    entropy: z.number().nullable(),
    policyLoss: z.number(),
    valueLoss: z.number(),
    explainedVariance: z.number().nullable(),
    evaluationReturn: z.number().exactOptional(),
  }) satisfies z.ZodType<TrainingPointType>,
);

/** What arrives on the WebSocket: the service's events, and a heartbeat by which a listener knows that the line is alive. */
export const StreamEvent = named(
  "StreamEvent",
  z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("training"), point: TrainingPoint }),
    z.strictObject({ type: z.literal("run"), run: RunSummary }),
    z.strictObject({ type: z.literal("session"), session: SessionSummary }),
    z.strictObject({ type: z.literal("session-point"), sessionId: z.string(), point: SessionPoint, trades: z.array(Trade).readonly() }),
    z.strictObject({ type: z.literal("heartbeat"), intervalMs: z.number() }),
  ]),
);

export type ErrorDocument = z.infer<typeof ErrorDocument>;
export type Health = z.infer<typeof Health>;
export type RunSummary = z.infer<typeof RunSummary>;
export type RunRequest = z.input<typeof RunRequest>;
export type ModelSummary = z.infer<typeof ModelSummary>;
export type PredictRequest = z.input<typeof PredictRequest>;
export type PredictResponse = z.infer<typeof PredictResponse>;
export type SessionPoint = z.infer<typeof SessionPoint>;
export type SessionSummary = z.infer<typeof SessionSummary>;
export type SessionSnapshot = z.infer<typeof SessionSnapshot>;
export type SessionRequest = z.input<typeof SessionRequest>;
export type TrainingPoint = z.infer<typeof TrainingPoint>;
export type StreamEvent = z.infer<typeof StreamEvent>;
export { Metrics, Report, Trade };

/** An event of the service is an event of the stream: this stops compiling when the two drift apart. */
export const toStreamEvent = (event: ServiceEvent): StreamEvent => event;
