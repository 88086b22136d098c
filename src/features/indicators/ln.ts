import { mathTransform, ofPositive } from "../math-transform.ts";

/** Natural logarithm; by default of the close over the open, which is the logarithmic return within the bar (TA-Lib LN). */
export default mathTransform("ln", Math.log, ofPositive);
