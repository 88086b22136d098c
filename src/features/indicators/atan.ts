import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Angle whose tangent the number is, in radians; by default of where the close stands in its bar (TA-Lib ATAN). */
export default mathTransform("atan", Math.atan, ofAnySign);
