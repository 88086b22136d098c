export { type MeanInterval, meanInterval } from "./mean-interval.ts";
export { momentsOf } from "./moments.ts";
export { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
export {
  covarianceOf,
  deviationAbout,
  deviationOf,
  drawdownPath,
  drawdownsOf,
  growthOf,
  meanOf,
  over,
  quantileOf,
  quantileOfSorted,
  rowsWhere,
} from "./series.ts";
export { studentQuantile, studentTail } from "./student.ts";
