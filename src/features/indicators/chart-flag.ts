import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { flag } from "../chart-patterns/flag.ts";

/**
 * Flag (Edwards & Magee, 1948; see `chart-patterns/flag.ts`): a swift move, then a short rest between two parallel lines.
 * −100 after a fall, 100 after a rise; ±200 at the close that goes on with it. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-flag", flag);
