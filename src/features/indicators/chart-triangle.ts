import { chartPattern } from "../chart-patterns/chart-pattern.ts";
import { triangle } from "../chart-patterns/triangle.ts";

/**
 * Triangle (Lo, Mamaysky & Wang, 2000; see `chart-patterns/triangle.ts`): prices between two lines that draw together.
 * 100 without a direction; ±200 at the close that breaks out of it. Known `strength` bars after its last pivot.
 */
export default chartPattern("chart-triangle", triangle);
