import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { wedge } from "../chart-patterns/wedge.ts";

/**
 * Wedge (Edwards & Magee, 1948; see `chart-patterns/wedge.ts`): prices between two lines that lean the same way and draw together.
 * −100 rising, 100 falling; ±200 at the close that breaks out against its lean. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-wedge", wedge);
