import { mathTransform, ofPositive } from "../math-transform.ts";

/** Logarithm to base 10; by default of the close over the open (TA-Lib LOG10). */
export default mathTransform("log10", Math.log10, ofPositive);
