export { type Moments, momentsOf } from "./moments.ts";
export { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
