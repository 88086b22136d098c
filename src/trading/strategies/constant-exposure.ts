import { z } from "zod";
import { strategy } from "../strategy.ts";

/** Takes an exposure at its first decision and keeps what it got: buy-and-hold of any size, without rebalancing. */
export default strategy({
  name: "constant-exposure",
  params: { exposure: z.number().min(-1).max(1).default(1).describe("Share of equity, negative when short") },
  start({ exposure }) {
    let taken = false;
    return {
      onBar() {
        if (taken) return null;
        taken = true;
        return exposure;
      },
    };
  },
});
