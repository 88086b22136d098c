import { mathTransform, ofAnySign } from "../math-transform.ts";

/**
 * Angle whose cosine the number is, in radians; by default of where the close stands in its bar, and not a number beyond ±1 (TA-Lib
 * ACOS).
 */
export default mathTransform("acos", Math.acos, ofAnySign);
