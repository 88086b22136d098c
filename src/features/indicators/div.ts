import { indicator } from "../indicator.ts";

/** Close over open (TA-Lib DIV of close and open). */
export default indicator({
  name: "div",
  params: {},
  inputs: ["open", "close"],
  unit: "ratio",
  warmup: () => 0,
  start: () => (open, close) => close / open,
});
