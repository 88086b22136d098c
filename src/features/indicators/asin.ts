import { mathTransform, ofAnySign } from "../math-transform.ts";

/**
 * Angle whose sine the number is, in radians; by default of where the close stands in its bar, and not a number beyond ±1 (TA-Lib
 * ASIN).
 */
export default mathTransform("asin", Math.asin, ofAnySign);
