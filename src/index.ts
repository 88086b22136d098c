export { type ErrorCode, errorTable, UserError } from "./base/index.ts";
