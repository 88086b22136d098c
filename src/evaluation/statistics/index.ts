export { type Moments, momentsOf } from "./moments.ts";
export { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
export { covarianceOf, deviationOf, drawdownPath, drawdownsOf, growthOf, meanOf, over, quantileOf, rowsWhere } from "./series.ts";
