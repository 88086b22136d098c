import { z } from "zod";
import { UserError } from "../../base/index.ts";
import { ensembleKind } from "../ensemble.ts";

/**
 * One member at a time, the one that did best in validation before the period (Yang, Liu, Zhong & Walid, ICAIF 2020).
 * `switchMembers` finds it, period by period.
 */
export default ensembleKind({
  name: "switching",
  params: { active: z.int().nonnegative().default(0).describe("Number of the member that decides, from 0") },
  hasController: false,
  start({ memberCount }, { active }) {
    if (active >= memberCount) {
      throw new UserError("config/invalid", `params.active: there is no member ${active} among ${memberCount}`, {
        path: "params.active",
        hint: `Give a number from 0 to ${memberCount - 1}.`,
      });
    }
    return (_, count, preferences, out, weights) => {
      weights.fill(0);
      for (let row = 0; row < count; row++) weights[row * memberCount + active] = 1;
      out.set(preferences[active]!);
    };
  },
});
