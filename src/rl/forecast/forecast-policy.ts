import { UserError } from "../../base/index.ts";
import type { ExplainingPolicy, Space } from "../../env/index.ts";
import { constant, input, type Tensor } from "../../graph/index.ts";
import { encodePolicy, openPolicy, type PolicyNetwork } from "../network-policy.ts";
import { saveModel } from "../model-folder.ts";
import type { Forecaster } from "./forecaster.ts";

/** How a forecast becomes an action in an environment whose observations begin with the forecaster's window. */
export interface ForecastPolicyOptions {
  readonly observationSchema: string;
  readonly observationSize: number;
  readonly actionSpace: Space;
  /** What each choice stands for, such as [-1, 0, 1] for short, flat and long; for an action space of choices. */
  readonly exposures?: readonly number[];
  /** Exposure for a forecast of one standard deviation of the target; 1 unless given. */
  readonly sensitivity?: number;
}

/** A forecaster that acts: a member for ensembles, or a baseline for agents. Saved as a model folder like any other. */
export interface ForecastPolicy {
  readonly policy: ExplainingPolicy;
  readonly weightsSha256: string;
  save(folder: string, manifest: Record<string, unknown>): void;
}

/** By how much the odds of a choice fall with the square of its distance from the wanted exposure. */
const sharpness = 4;

/**
 * A policy that holds what the forecast calls for: its size in deviations times `sensitivity`, within ±1, as a share of the bounds or
 * as the choice whose exposure is nearest. Its value is the forecast.
 */
export function forecastPolicy(forecaster: Forecaster, options: ForecastPolicyOptions): ForecastPolicy {
  const { observationSchema, observationSize, actionSpace } = options;
  const network = networkOf(forecaster, options);
  const { params } = forecaster.facts;
  const model = encodePolicy(network, `Policy of a forecaster ${params.horizon} steps ahead.`);
  const shape = { observationSchema, observationSize, actionSpace };
  const { weightsSha256 } = forecaster;
  return {
    policy: openPolicy(model, shape),
    weightsSha256,
    save: (folder, manifest) =>
      saveModel(folder, model, { algorithm: "forecast", params, seed: 0, steps: 0, ...shape, weightsSha256 }, manifest),
  };
}

function networkOf({ network, window, width, facts }: Forecaster, options: ForecastPolicyOptions): PolicyNetwork {
  const { observationSize, actionSpace, exposures, sensitivity = 1 } = options;
  const size = window * width;
  if (observationSize < size) {
    throw new UserError(
      "model/schema-mismatch",
      `An observation of ${observationSize} numbers does not hold ${window} steps of ${width}.`,
      {
        path: "observationSize",
        hint: "Train the forecaster on the environment's features and window.",
      },
    );
  }
  const observation = input("observation", [1, observationSize]);
  const value = network.forecast(observation.slice(1, 0, size));
  const wanted = value.mul(sensitivity / facts.target.deviation).clip(-1, 1);
  return {
    outputs: { ...(actionSpace.kind === "box" ? numbersOf(wanted, actionSpace) : choicesOf(wanted, actionSpace.count, exposures)), value },
    descriptions: {
      observation: "Raw observations, one a row, that begin with a window of features, oldest step first.",
      action: actionSpace.kind === "discrete" ? "Probability of each choice." : "The action, within its bounds.",
      standardDeviation: "0: a forecast is acted on as it is.",
      value: "The forecast, in the units of its target.",
    },
    weights: [network.parameters.flat.attributes.data],
  };
}

function numbersOf(wanted: Tensor, { size, low, high }: Extract<Space, { kind: "box" }>): Record<string, Tensor> {
  const action = wanted
    .mul((high - low) / 2)
    .add((high + low) / 2)
    .matmul(constant(1, [1, size]));
  return { action, standardDeviation: action.sub(action) };
}

function choicesOf(wanted: Tensor, count: number, exposures: readonly number[] | undefined): Record<string, Tensor> {
  if (exposures?.length !== count) {
    throw new UserError("config/invalid", `exposures: ${exposures?.length ?? 0} exposures for ${count} choices`, {
      path: "exposures",
      hint: "Say what each choice stands for, such as [-1, 0, 1] for short, flat and long.",
    });
  }
  const distance = wanted.sub(constant(exposures, [1, count]));
  return { action: distance.square().mul(-sharpness).logSoftmax().exp() };
}
