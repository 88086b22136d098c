import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { channel } from "../chart-patterns/channel.ts";

/**
 * Channel (Edwards & Magee, 1948; see `chart-patterns/channel.ts`): prices between two parallel lines.
 * 100 without a direction; ±200 at the close that breaks out of it. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-channel", channel);
