import { homodyneDiscriminator } from "../hilbert.ts";
import { indicator } from "../indicator.ts";

/** In-phase and quadrature component of the dominant cycle of the close (Ehlers, 2001; TA-Lib HT_PHASOR). */
export default indicator({
  name: "ht-phasor",
  params: {},
  inputs: ["close"],
  outputs: ["inPhase", "quadrature"],
  unit: "price-difference",
  warmup: () => 32,
  start() {
    const cycle = homodyneDiscriminator(12);
    const out = new Float64Array(2);
    return (close) => {
      cycle.update(close);
      out[0] = cycle.inPhase;
      out[1] = cycle.quadrature;
      return out;
    };
  },
});
