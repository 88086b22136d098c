import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { doubleTop } from "../chart-patterns/double-top.ts";

/**
 * Double top, −100, or double bottom, 100 (Lo, Mamaysky & Wang, 2000; see `chart-patterns/double-top.ts`).
 * ±200 at the close that confirms it. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-double-top", doubleTop);
