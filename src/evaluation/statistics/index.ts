export { momentsOf } from "./moments.ts";
export { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
export {
  covarianceOf,
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
export { studentTail } from "./student.ts";
