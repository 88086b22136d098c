import { cyclePhase } from "../dominant-cycle.ts";
import { indicator } from "../indicator.ts";

/** Sine of the phase of the dominant cycle, and of that phase an eighth of a turn later (Ehlers, 2001; TA-Lib HT_SINE). */
export default indicator({
  name: "ht-sine",
  params: {},
  inputs: ["close"],
  outputs: ["sine", "leadSine"],
  unit: "ratio",
  warmup: () => 63,
  start() {
    const phase = cyclePhase();
    const out = new Float64Array(2);
    return (close) => {
      phase.update(close);
      out[0] = phase.sine;
      out[1] = phase.leadSine;
      return out;
    };
  },
});
