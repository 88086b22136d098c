import { cycleTrendline } from "../dominant-cycle.ts";
import { homodyneDiscriminator } from "../hilbert.ts";
import { indicator } from "../indicator.ts";

/** Instantaneous trendline: the mean close over one dominant cycle, smoothed (Ehlers, 2001; TA-Lib HT_TRENDLINE). */
export default indicator({
  name: "ht-trendline",
  params: {},
  inputs: ["close"],
  unit: "price",
  warmup: () => 63,
  start() {
    const cycle = homodyneDiscriminator(37);
    const trendline = cycleTrendline();
    return (close) => trendline(close, cycle, cycle.update(close));
  },
});
