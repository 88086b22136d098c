import { z } from "zod";
import { EnvironmentSpecification } from "../specification.ts";
import { PortfolioActions } from "./targets.ts";

const { window, reward, costs, initialCash, episode } = EnvironmentSpecification.shape;

/**
 * A portfolio environment but for its data. `window` is in bars, `initialCash` in `currency`, which is the first asset's unless given.
 * A target nearer than `minimumChange` of equity to what is held does not trade. `benchmark` is what wealth is counted in for the
 * reward: money, equal weights in all that is listed, or a series of the data's. A holding without bars for `giveUpAfter` rows
 * (null: for ever) is closed against the account: long at its last price less `haircut` (0.3 as Shumway found for delistings, 1997),
 * short at its last price. An episode of `maxSteps: null` runs to the end of the data.
 */
export const PortfolioSpecification = z.strictObject({
  actions: PortfolioActions.prefault({ kind: "long-only" }),
  minimumChange: z.number().min(0).max(1).default(0.005),
  maxDrawdown: z.number().gt(0).lte(1).default(0.5),
  reward,
  benchmark: z.enum(["money", "equal-weight", "series"]).default("money"),
  window,
  costs,
  initialCash,
  currency: z.string().min(1).optional(),
  missing: z
    .strictObject({ giveUpAfter: z.int().min(1).nullable().default(20), haircut: z.number().min(0).max(1).default(0.3) })
    .prefault({}),
  episode,
});

export type PortfolioSpecification = z.output<typeof PortfolioSpecification>;
