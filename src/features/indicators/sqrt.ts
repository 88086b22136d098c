import { mathTransform, ofPositive } from "../math-transform.ts";

/** Square root; by default of the close over the open (TA-Lib SQRT). */
export default mathTransform("sqrt", Math.sqrt, ofPositive);
