import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Power of e; by default of where the close stands in its bar (TA-Lib EXP). */
export default mathTransform("exp", Math.exp, ofAnySign);
