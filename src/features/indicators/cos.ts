import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Cosine of a number of radians; by default of where the close stands in its bar (TA-Lib COS). */
export default mathTransform("cos", Math.cos, ofAnySign);
