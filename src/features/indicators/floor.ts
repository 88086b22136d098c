import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Next whole number not above; by default of where the close stands in its bar (TA-Lib FLOOR). */
export default mathTransform("floor", Math.floor, ofAnySign);
