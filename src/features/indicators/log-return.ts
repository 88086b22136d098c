import { barCount, indicator } from "../indicator.ts";

/** Logarithmic return over `period` bars: ln(close / close `period` bars before). */
export default indicator({
  name: "log-return",
  params: { period: barCount(1, 1) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const closes = new Float64Array(period).fill(NaN);
    let oldest = 0;
    return (close) => {
      const logReturn = Math.log(close / closes[oldest]!);
      closes[oldest] = close;
      oldest = oldest + 1 === period ? 0 : oldest + 1;
      return logReturn;
    };
  },
});
