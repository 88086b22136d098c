import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { pennant } from "../chart-patterns/pennant.ts";

/**
 * Pennant (Edwards & Magee, 1948; see `chart-patterns/pennant.ts`): a swift move, then a short rest between two lines that draw together.
 * −100 after a fall, 100 after a rise; ±200 at the close that goes on with it. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-pennant", pennant);
