import type { Clock, Progress } from "../base/index.ts";
import type { ParamsOf, ParamsShape } from "../base/index.ts";

// How to add a command: one file in `commands/`, then `npm run gen`.
//
//   /** tradewind data check NAME [--max-gap-days N] [--json] */
//   export default command({
//     name: "data check",                              // the file is commands/data-check.ts
//     summary: "Look for gaps in a stored data set",
//     params: {
//       name: z.string().describe("name of the data set"),
//       maxGapDays: z.number().positive().default(4).describe("longest silence that is no gap"),
//     },
//     arguments: ["name"],                             // positional; every other parameter is an option
//     run: async (request, { app, signal }) => (await app()).checkData(request, signal),
//     print: (result) => `${result.gaps} gaps`,        // for a person; under --json the result itself is printed
//   });
//
// A string, number or enum becomes `--max-gap-days <number>`, a boolean a switch (`--no-serve` when it is on by default; describe it
// by a verb: "open the dashboard"), an array an option that may be repeated or separated by commas (as the last positional: the
// remaining words). Mistakes are `UserError`s; `failed` marks a whole result that means failure, such as an audit's.
// Heavy modules belong behind `await import()` inside `run`. The listed summary is the one in the generated table.

/** The use cases of the platform, as `app/index.ts` exports them. */
export type App = typeof import("../app/index.ts");

/** What a command is given besides its request. */
export interface Context {
  /** Aborted by the first Ctrl-C: finish cleanly and return what there is. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The folder from which relative paths are meant. */
  readonly cwd: string;
  /** Shows how far long work has come, on standard error. */
  progress(progress: Progress): void;
  /** Writes one line to standard error. */
  log(message: string): void;
  /** Loads the use cases; only commands that need them pay for it. */
  app(): Promise<App>;
}

/** One command of the program; `params` makes its options, their help and their checks. */
export interface Command<Shape extends ParamsShape = ParamsShape, Result = unknown> {
  /** One or two words, as typed. */
  readonly name: string;
  readonly summary: string;
  readonly params: Shape;
  /** The parameters that are given by place, in order; only the last may be an array. */
  readonly arguments?: readonly (keyof Shape & string)[];
  /** Does the work and returns what `--json` prints. */
  run(request: ParamsOf<Shape>, context: Context): Promise<Result> | Result;
  /** The result as text for a person. */
  print(result: Result): string;
  /** Whether a result that came back whole nevertheless means failure, exit code 1. */
  failed?(result: Result): boolean;
}

/** Declares a command; only lends types. */
export const command = <const Shape extends ParamsShape, Result>(definition: Command<Shape, Result>): Command<Shape, Result> => definition;
