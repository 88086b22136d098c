import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Hyperbolic sine; by default of where the close stands in its bar (TA-Lib SINH). */
export default mathTransform("sinh", Math.sinh, ofAnySign);
