export { type ForecasterParams, forecasterParams } from "./forecast-network.ts";
export { type ForecastPolicy, forecastPolicy, type ForecastPolicyOptions } from "./forecast-policy.ts";
export { type Forecaster, loadForecaster } from "./forecaster.ts";
export {
  type ForecastData,
  type ForecastEpoch,
  type ForecastTrainOptions,
  trainForecaster,
  type TrainedForecaster,
} from "./train-forecaster.ts";
