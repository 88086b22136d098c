import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Hyperbolic cosine; by default of where the close stands in its bar (TA-Lib COSH). */
export default mathTransform("cosh", Math.cosh, ofAnySign);
