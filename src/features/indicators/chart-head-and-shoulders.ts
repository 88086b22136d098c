import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { headAndShoulders } from "../chart-patterns/head-and-shoulders.ts";

/**
 * Head and shoulders, −100, or upside down, 100 (Lo, Mamaysky & Wang, 2000; see `chart-patterns/head-and-shoulders.ts`).
 * ±200 at the close that confirms it. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-head-and-shoulders", headAndShoulders);
