import { indicator } from "../indicator.ts";

/** Value traded: close × volume (TA-Lib MULT of close and volume). */
export default indicator({
  name: "mult",
  params: {},
  inputs: ["close", "volume"],
  unit: "price-volume",
  warmup: () => 0,
  start: () => (close, volume) => close * volume,
});
