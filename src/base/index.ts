export { assert, Bug } from "./assert.ts";
export { type Clock, manualClock, systemClock } from "./clock.ts";
export { type ErrorCode, type ErrorDetails, errorTable, UserError } from "./errors.ts";
export { writeFileWhole } from "./files.ts";
export { canonicalJson, hashOf, sha256 } from "./hash.ts";
export { chainLine, type HashChain, readChain } from "./hash-chain.ts";
export { environmentVariable, parse, type ParamsInput, type ParamsOf, type ParamsShape, parseParams, secret, secretsOf } from "./params.ts";
export type { OnProgress, Progress } from "./progress.ts";
export { Random, type RandomState } from "./random.ts";
