import { z } from "zod";
import { parse, UserError } from "../base/index.ts";
import { createObserver, EnvironmentSpecification, type ExplainingPolicy, type Observer } from "../env/index.ts";
import {
  type FeaturePipeline,
  featurePipeline,
  FeatureSpec,
  Regime,
  scaled,
  Scaler,
  withAsOf,
  withDerived,
  withRegimes,
} from "../features/index.ts";
import { loadPolicy } from "../rl/index.ts";
import { type Agent, policyAgent } from "../trading/index.ts";
import { ExtensionFile, loadExtensions } from "./extensions.ts";
import { derivedColumn, ForecastRecord, loadForecasts } from "./forecast-columns.ts";
import { knownColumns, KnownRecord, reloadKnown } from "./known-columns.ts";
import { within } from "./within.ts";

const Instrument = z.strictObject({
  symbol: z.string(),
  currency: z.string(),
  tickSize: z.number().positive(),
  lotSize: z.number().positive(),
});

/** The part of a model's manifest that trading needs. */
const Manifest = z.looseObject({
  runId: z.string().nullable().default(null),
  policy: z.looseObject({ weightsSha256: z.string() }),
  trading: z.strictObject({
    instrument: Instrument,
    features: z.array(FeatureSpec),
    scaler: Scaler,
    known: z.array(KnownRecord).default([]),
    regimes: z.array(Regime).default([]),
    forecasts: z.array(ForecastRecord).default([]),
    environment: EnvironmentSpecification,
    trainedOn: z.strictObject({ from: z.number(), to: z.number(), bars: z.int() }),
    extensions: z.array(ExtensionFile).default([]),
  }),
});

/** A saved policy with the eyes and hands that it was trained with. */
export interface TradingModel {
  readonly folder: string;
  readonly policy: ExplainingPolicy;
  readonly manifest: z.output<typeof Manifest>;
  readonly pipeline: FeaturePipeline;
  observer(): Observer;
  /** A fresh agent, for one session. */
  agent(): Agent;
}

/**
 * Loads a model folder, with the user's own extensions that its manifest names. A damaged one is `model/invalid`; one whose policy
 * was trained on another observation than its manifest's features and environment give is `model/schema-mismatch`; one whose
 * extensions are gone or changed is `extension/unreadable` or `extension/changed`; one whose files of dated values or news say another
 * past is `data/changed`.
 */
export async function loadTradingModel(folder: string): Promise<TradingModel> {
  const policy = await loadPolicy(folder);
  const manifest = parse(Manifest, policy.manifest, "manifest", "model/invalid");
  const { features, scaler, environment, trainedOn } = manifest.trading;
  const extensions = await loadExtensions(manifest.trading.extensions);
  const known = knownColumns(await reloadKnown(manifest.trading.known, trainedOn.to));
  const standard = within(
    "manifest.trading",
    () => scaled(withAsOf(featurePipeline(features, extensions.indicators), known), scaler),
    "model/invalid",
  );
  const base = withRegimes(standard, manifest.trading.regimes);
  const pipeline = withDerived(base, loadForecasts(folder, manifest.trading.forecasts).map(derivedColumn));
  const observer = () => createObserver(environment, pipeline, extensions.environments);
  const { schema, size } = within("manifest.trading.environment", observer, "model/invalid");
  if (schema !== policy.observationSchema || size !== policy.observationSize) {
    const [path, wanted, given] =
      size === policy.observationSize
        ? ["policy.observationSchema", policy.observationSchema, schema]
        : ["policy.observationSize", policy.observationSize, size];
    throw new UserError(
      "model/schema-mismatch",
      `the policy was trained on observation ${wanted}, its features and environment give ${given}`,
      {
        path: `${folder}/manifest.json: ${path}`,
        hint: "The manifest, the policy or the indicators' formulas have changed since the training: train again.",
      },
    );
  }
  return { folder, policy, manifest, pipeline, observer, agent: () => policyAgent(observer(), policy) };
}
