import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Sine of a number of radians; by default of where the close stands in its bar (TA-Lib SIN). */
export default mathTransform("sin", Math.sin, ofAnySign);
