import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Tangent of a number of radians; by default of where the close stands in its bar (TA-Lib TAN). */
export default mathTransform("tan", Math.tan, ofAnySign);
