import { z } from "zod";
import { environment } from "../environment.ts";

/**
 * Short, flat or long in one instrument, or a continuous target. A choice that the account already follows keeps the position,
 * so that drift of prices alone never trades; a continuous target trades when it is `minimumChange` of equity away.
 */
export default environment({
  name: "single-asset",
  params: {
    actions: z.enum(["short-flat-long", "hold-buy-sell", "target-position"]).default("short-flat-long"),
    allowShort: z.boolean().default(true),
    minimumChange: z.number().min(0).max(2).default(0.05),
    maxDrawdown: z.number().gt(0).lte(1).default(0.5),
  },
  accountFields: ["exposure", "unrealised", "drawdown"],
  actionSpace({ actions, allowShort }) {
    if (actions === "target-position") return { kind: "box", size: 1, low: allowShort ? -1 : 0, high: 1 };
    const labels = actions === "hold-buy-sell" ? ["hold", "buy", "sell"] : allowShort ? ["short", "flat", "long"] : ["flat", "long"];
    return { kind: "discrete", count: labels.length, labels };
  },
  observe({ exposure, unrealised, drawdown }, out, offset) {
    out[offset] = exposure;
    out[offset + 1] = unrealised;
    out[offset + 2] = drawdown;
  },
  act(action, account, { actions, allowShort, minimumChange }) {
    if (actions === "target-position") {
      const target = Math.min(1, Math.max(allowShort ? -1 : 0, action));
      return Math.abs(target - account.exposure) < minimumChange ? null : target;
    }
    if (actions === "hold-buy-sell" && action === 0) return null;
    const target = actions === "hold-buy-sell" ? (action === 1 ? 1 : allowShort ? -1 : 0) : allowShort ? action - 1 : action;
    return target === Math.sign(account.position) ? null : target;
  },
  terminated: ({ drawdown }, { maxDrawdown }) => drawdown >= maxDrawdown,
  direct({ actions, allowShort, maxDrawdown }) {
    if (actions === "target-position") return undefined;
    const targets = actions === "hold-buy-sell" ? [NaN, 1, allowShort ? -1 : 0] : allowShort ? [-1, 0, 1] : [0, 1];
    return { targets, maxDrawdown };
  },
});
