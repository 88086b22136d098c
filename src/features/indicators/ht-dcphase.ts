import { cyclePhase } from "../dominant-cycle.ts";
import { indicator } from "../indicator.ts";

/** Phase of the dominant cycle of the close in degrees, from −45 to 315 (Ehlers, 2001; TA-Lib HT_DCPHASE). */
export default indicator({
  name: "ht-dcphase",
  params: {},
  inputs: ["close"],
  unit: "degrees",
  warmup: () => 63,
  start() {
    const phase = cyclePhase();
    return (close) => {
      phase.update(close);
      return phase.degrees;
    };
  },
});
