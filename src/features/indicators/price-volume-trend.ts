import { indicator } from "../indicator.ts";

/** Price-volume trend: running total of volume times the close's change in shares of the close before. */
export default indicator({
  name: "price-volume-trend",
  params: {},
  inputs: ["close", "volume"],
  unit: "volume",
  warmup: () => 0,
  start() {
    let previous = NaN;
    let total = 0;
    return (close, volume) => {
      if (!Number.isNaN(previous)) total += volume * (close / previous - 1);
      previous = close;
      return total;
    };
  },
});
