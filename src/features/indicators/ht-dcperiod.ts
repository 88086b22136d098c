import { homodyneDiscriminator } from "../hilbert.ts";
import { indicator } from "../indicator.ts";

/** Length of the dominant cycle in bars, by Ehlers' homodyne discriminator (Ehlers, 2001; TA-Lib HT_DCPERIOD). */
export default indicator({
  name: "ht-dcperiod",
  params: {},
  inputs: ["close"],
  unit: "bars",
  warmup: () => 32,
  start() {
    const cycle = homodyneDiscriminator(12);
    return (close) => {
      cycle.update(close);
      return cycle.period;
    };
  },
});
