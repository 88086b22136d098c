import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Hyperbolic tangent, which squashes to within ±1; by default of where the close stands in its bar (TA-Lib TANH). */
export default mathTransform("tanh", Math.tanh, ofAnySign);
