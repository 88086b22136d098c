import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { ensembleKind } from "../ensemble.ts";
import { mix } from "../mix.ts";

/** The mean of the members' probabilities, or of their numbers; weighted where shares are given. */
export default ensembleKind({
  name: "mean",
  params: {
    shares: z.array(z.number().nonnegative()).nullable().default(null).describe("How much each member counts; equally unless given"),
  },
  hasController: false,
  start({ memberCount }, { shares }) {
    const total = shares?.reduce((sum, share) => sum + share, 0) ?? memberCount;
    if ((shares && shares.length !== memberCount) || total === 0) {
      throw new UserError("config/invalid", `params.shares: ${shares!.length} shares that sum to ${total} for ${memberCount} members`, {
        path: "params.shares",
        hint: "Give each member a share, at least one of them above 0.",
      });
    }
    const fixed = Float32Array.from({ length: memberCount }, (_, member) => (shares?.[member] ?? 1) / total);
    return (_, count, preferences, out, weights) => {
      for (let row = 0; row < count; row++) weights.set(fixed, row * memberCount);
      mix(preferences, weights, count, out);
    };
  },
});
