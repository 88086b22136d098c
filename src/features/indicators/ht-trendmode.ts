import { cyclePhase, cycleTrendline } from "../dominant-cycle.ts";
import { indicator } from "../indicator.ts";

/**
 * 1 where the close trends and 0 where it cycles: it cycles for half a cycle after its sine lines cross, and while its phase turns
 * steadily, unless it is 1.5 % off the trendline (Ehlers, 2001; TA-Lib HT_TRENDMODE).
 */
export default indicator({
  name: "ht-trendmode",
  params: {},
  inputs: ["close"],
  unit: "signal",
  warmup: () => 63,
  start() {
    const phase = cyclePhase();
    const trendlineOf = cycleTrendline();
    let inTrend = 0;
    let lastDegrees = 0;
    let lastLead = 0;
    return (close) => {
      const trendline = trendlineOf(close, phase.cycle, phase.update(close));
      const { period, smoothed } = phase.cycle;
      const lead = Math.sign(phase.sine - phase.leadSine);
      const isCrossing = lead !== 0 && lead !== lastLead;
      const turned = phase.degrees - lastDegrees;
      lastLead = lead;
      lastDegrees = phase.degrees;
      inTrend = isCrossing ? 1 : inTrend + 1;
      if (trendline !== 0 && Math.abs((smoothed - trendline) / trendline) >= 0.015) return 1;
      const isSteady = turned > (0.67 * 360) / period && turned < (1.5 * 360) / period;
      return isCrossing || isSteady || inTrend < 0.5 * period ? 0 : 1;
    };
  },
});
