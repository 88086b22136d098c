import { indicator } from "../indicator.ts";
import { ChartDetector, chartParams } from "./chart-detector.ts";
import type { ChartShape } from "./chart-shape.ts";

/**
 * Declares the indicator of a shape: `state` as `ChartDetector` has it, in hundreds; while it is not 0, `distance` from the close to the
 * line that confirms the pattern and its `height`, both as shares of the close, else 0.
 */
export const chartPattern = (name: string, shape: ChartShape) =>
  indicator({
    name,
    params: chartParams,
    inputs: ["high", "low", "close"],
    outputs: ["state", "distance", "height"],
    unit: { state: "pattern", distance: "return", height: "return" },
    warmup: ({ strength }) => 2 * strength,
    start(params) {
      const detector = new ChartDetector(shape, params);
      const out = new Float64Array(3);
      return (high, low, close) => {
        detector.update(high, low, close);
        out[0] = detector.state;
        out[1] = detector.state === 0 ? 0 : detector.distanceFrom(close) / close;
        out[2] = detector.state === 0 ? 0 : detector.height / close;
        return out;
      };
    },
  });
