import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";

/** Qstick (Chande, 1994): mean of close less open over `period` bars. */
export default indicator({
  name: "qstick",
  params: { period: barCount(8, 1) },
  inputs: ["open", "close"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const mean = simpleMean(period);
    return (open, close) => mean(close - open);
  },
});
