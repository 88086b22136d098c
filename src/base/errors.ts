/** What a code means: its exit code for a program, its status for an HTTP client, and one sentence for the error page. */
interface ErrorKind {
  readonly exitCode: 1 | 2;
  readonly httpStatus: number;
  readonly meaning: string;
}

const usage = (meaning: string, httpStatus = 400): ErrorKind => ({ exitCode: 2, httpStatus, meaning });

/** Every mistake a user can make, by code. `docs/errors.md` is generated from this table. */
export const errorTable = {
  "usage/unknown-command": usage("The command does not exist."),
  "usage/invalid-option": usage("An option is missing, misspelt or out of range."),
  "config/unreadable": usage("The experiment file cannot be read or is neither a TypeScript module nor JSON."),
  "config/invalid": usage("A field of a configuration is unknown, missing or out of range.", 422),
  "config/missing-secret": usage("A secret is expected in an environment variable that is not set."),
  "extension/unreadable": usage("A file of the user's own extensions does not exist or cannot be loaded."),
  "extension/invalid": usage("A file of extensions exports none, or one whose name is taken or is no name.", 422),
  "extension/failed": { exitCode: 1, httpStatus: 422, meaning: "An extension of the user's own threw while it was at work." },
  "extension/changed": usage("A file of extensions is no longer what a run or a model was made with.", 409),
  "data/unreadable": usage("The data file does not exist or may not be read."),
  "data/empty": usage("The data file holds no rows."),
  "data/unknown-format": usage("The data file is neither CSV, gzipped or zipped CSV nor Parquet, whatever its name says."),
  "data/truncated": usage("The data file ends in the middle of its content, or its content is damaged."),
  "data/too-large": usage("An archive's file would swell, unpacked, to more than bars ever do.", 413),
  "data/missing-column": usage("A column that bars need was neither found nor named."),
  "data/not-bars": usage("The data file holds dated values, such as closes or rates alone, and no bars."),
  "data/invalid-value": usage("A value of the data file cannot be understood as what its column should hold."),
  "data/not-found": usage("No data set of that name is in the store.", 404),
  "data/corrupt": usage("A stored data set does not match its recorded hash."),
  "data/mismatch": usage("Data sets that are to be used together do not go together: their symbols, currencies, bars or times.", 422),
  "data/too-short": usage("The data set has too few usable bars for what was asked."),
  "data/conflict": usage("Bars to be appended differ from those stored for the same time.", 409),
  "data/store-unreachable": {
    exitCode: 1,
    httpStatus: 503,
    meaning: "The database that data sets are stored in cannot be reached, or broke the work off.",
  },
  "data/changed": usage("A file of dated values or news no longer says of a past what a run or a model was made with.", 409),
  "data/busy": usage("Another program is writing to the data store.", 409),
  "data/vendor-refused": usage("A data vendor refused a request: a wrong key, a plan that does not cover it, an unknown symbol.", 502),
  "data/vendor-limit": {
    exitCode: 1,
    httpStatus: 429,
    meaning: "A data vendor's limit of requests is reached for longer than a download waits.",
  },
  "data/vendor-unreachable": {
    exitCode: 1,
    httpStatus: 503,
    meaning: "A data vendor did not answer, or not whole, however often it was asked.",
  },
  "data/vendor-answer": { exitCode: 1, httpStatus: 502, meaning: "A data vendor's answer is not what its documentation says." },
  "features/not-found": usage("No feature set of that name or version is in the store.", 404),
  "stream/refused": usage("A venue refused the credentials or the subscription of a live stream.", 422),
  "stream/unreachable": { exitCode: 1, httpStatus: 502, meaning: "A live stream could not be kept connected." },
  "stream/overrun": { exitCode: 1, httpStatus: 503, meaning: "A live stream sent more than was taken; going on would have lost trades." },
  "model/not-found": usage("No model of that name or path exists.", 404),
  "model/invalid": usage("The model folder is incomplete or damaged.", 422),
  "model/schema-mismatch": usage("The model was trained on another observation than the environment gives.", 409),
  "checkpoint/invalid": usage("The checkpoint is damaged, or comes from another algorithm, shape or version.", 422),
  "training/not-finite": {
    exitCode: 1,
    httpStatus: 422,
    meaning: "Training met a number that is not finite; the last good weights are kept.",
  },
  "training/not-saved": {
    exitCode: 1,
    httpStatus: 507,
    meaning: "Training could not write its checkpoint or its model; what had been saved before is intact.",
  },
  "run/not-found": usage("No run of that name exists.", 404),
  "state/unreadable": usage("The state database is damaged, or a newer version wrote it.", 500),
  "strategy/failed": { exitCode: 1, httpStatus: 422, meaning: "A rule-based strategy threw, or asked for something that is no number." },
  "strategy/invalid-order": usage("A strategy asked for an order that makes no sense.", 422),
  "session/not-found": usage("No session of that name exists.", 404),
  "session/conflict": usage("The session is not in a state that allows this.", 409),
  "request/invalid": usage("The request's body, path or query does not fit the contract.", 422),
  "request/malformed": usage("The request is not what HTTP and JSON ask for, such as a body that does not parse."),
  "request/forbidden": usage("The request names a host or comes from a page that the service does not answer.", 403),
  "request/too-large": usage("The request's body is larger than the service accepts.", 413),
  "request/not-found": usage("Nothing answers at that address.", 404),
  "request/too-many": usage("Too many requests in a short time.", 429),
  "journal/damaged": usage("A journal's records do not follow from one another: it was changed or lost a part.", 409),
  "work/stopped": { exitCode: 1, httpStatus: 409, meaning: "The work was stopped before it had a result." },
  "service/failed": { exitCode: 1, httpStatus: 500, meaning: "The service failed through no fault of the request; its log says how." },
  "service/port-in-use": usage("Another program already listens on that address.", 409),
  "risk/killed": usage("The kill switch is latched: a person has to reset it before anything trades.", 409),
  "audit/failed": { exitCode: 1, httpStatus: 422, meaning: "An audit found what it looks for." },
  "environment/invalid-action": usage("An action is not a number, or none that the environment knows.", 422),
  "environment/unsupported": { exitCode: 1, httpStatus: 501, meaning: "This machine lacks something that the command needs." },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorTable;

/** Where the mistake is and the way out. `path` is a field's path such as `environment.costs.feeBps`, or a file's. */
export interface ErrorDetails {
  readonly path?: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** A user's mistake: a code of the table, what happened in words, the offending field's or file's path, and what to do. */
export class UserError extends Error {
  override name = "UserError";
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, { path, hint, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
    this.hint = hint;
  }

  get exitCode(): 1 | 2 {
    return errorTable[this.code].exitCode;
  }

  get httpStatus(): number {
    return errorTable[this.code].httpStatus;
  }

  /** The form in which programs receive it, over HTTP and under `--json`. */
  toJSON(): { error: { code: ErrorCode; message: string; path?: string; hint: string } } {
    return { error: { code: this.code, message: this.message, ...(this.path === undefined ? {} : { path: this.path }), hint: this.hint } };
  }
}
