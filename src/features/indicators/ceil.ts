import { mathTransform, ofAnySign } from "../math-transform.ts";

/** Next whole number not below; by default of where the close stands in its bar (TA-Lib CEIL). */
export default mathTransform("ceil", Math.ceil, ofAnySign);
