import { indicator } from "../indicator.ts";

/** Log return from the last close to this open. */
export default indicator({
  name: "overnight-gap",
  params: {},
  inputs: ["open", "close"],
  unit: "return",
  warmup: () => 1,
  start() {
    let previous = NaN;
    return (open, close) => {
      const gap = Math.log(open / previous);
      previous = close;
      return gap;
    };
  },
});
