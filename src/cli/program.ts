import { readFileSync } from "node:fs";
import { Command as Program, CommanderError } from "commander";
import { type Clock, UserError } from "../base/index.ts";
import type { Command, Context } from "./command.ts";
import { addParams, requestOf } from "./options.ts";
import { progressLine, type TextStream } from "./progress-line.ts";

/** The commands by name: what help says of them, and how they are loaded. */
export type CommandTable = Readonly<Record<string, { readonly summary: string; load(): Promise<{ readonly default: unknown }> }>>;

/** What the program is given by the machine it runs on. */
export interface Terminal {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly clock: Clock;
  readonly cwd: string;
  /** Aborted when the person wants a clean stop. */
  readonly signal: AbortSignal;
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version;

/** Takes `--json` out of the words before a `--`: it belongs to the program, wherever it stands. */
function splitJson(words: readonly string[]): { json: boolean; rest: readonly string[] } {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const rest = words.filter((word, index) => word !== "--json" || index > end);
  return { json: rest.length < words.length, rest };
}

/** What commander found wrong, as one of our errors. */
function usageError({ code, message }: CommanderError): UserError {
  const [said = "", ...suggestion] = message.replace(/^error: /, "").split("\n");
  const isCommand = code === "commander.unknownCommand";
  return new UserError(isCommand ? "usage/unknown-command" : "usage/invalid-option", said, {
    path: /'([^']+)'/.exec(said)?.[1]?.split(" ")[0] ?? "command",
    hint: [...suggestion, isCommand ? '"tradewind --help" lists the commands.' : '"--help" after the command lists its options.'].join(" "),
  });
}

function describe(error: unknown): { document: unknown; text: string; exitCode: 1 | 2 } {
  if (error instanceof UserError) {
    const { code, message, hint, exitCode } = error;
    return { document: error, text: `${code}: ${message}\n${hint}\n`, exitCode };
  }
  const failure = error instanceof Error ? error : new Error(String(error));
  const hint = "This is not your mistake: please report it, with the text on standard error.";
  const document = { error: { code: "internal/failure", message: failure.message, hint } };
  return { document, text: `${failure.stack ?? failure.message}\n${hint}\n`, exitCode: 1 };
}

/** Builds the commands of the table; one loads its module when it is chosen and calls `onChosen` when its words are parsed. */
function buildProgram(
  table: CommandTable,
  terminal: Terminal,
  onChosen: (command: Command, words: unknown[], options: Record<string, unknown>) => Promise<void>,
): Program {
  const program = new Program("tradewind")
    .description("Reinforcement-learning trading: data, features, training, honest evaluation, paper and live trading.")
    .version(version())
    .configureOutput({ writeOut: (text) => terminal.stdout.write(text), writeErr: () => undefined })
    .configureHelp({ sortOptions: false, helpWidth: terminal.stdout.columns ?? 100 })
    .exitOverride()
    .helpCommand(false);
  const loaders = new Map<Program, CommandTable[string]>();
  const load = async (_parent: Program, chosen: Program) => {
    const entry = loaders.get(chosen);
    if (entry === undefined) return;
    const command = (await entry.load()).default as Command;
    addParams(chosen, command);
    chosen.option("--json", "print one JSON document on standard output");
    chosen.action(() => onChosen(command, chosen.processedArgs as unknown[], chosen.opts()));
  };
  const groups = new Map<string, Program>();
  const wordsAfter = (group: string) =>
    Object.keys(table).flatMap((name) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : []));
  const groupOf = (name: string): Program => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const group = program.command(name).summary(wordsAfter(name).join(", ")).helpCommand(false).hook("preSubcommand", load);
    groups.set(name, group);
    return group;
  };
  program.hook("preSubcommand", load);
  for (const [name, entry] of Object.entries(table)) {
    const [first = "", second] = name.split(" ");
    const parent = second === undefined ? program : groupOf(first);
    loaders.set(
      parent
        .command(second ?? first)
        .summary(entry.summary)
        .description(`${entry.summary}.`),
      entry,
    );
  }
  return program;
}

/** Runs the words of a command line and gives the exit code: 0 done, 1 failed, 2 wrong usage or configuration. */
export async function runProgram(words: readonly string[], terminal: Terminal, table: CommandTable): Promise<0 | 1 | 2> {
  const { stdout, stderr, clock, cwd, signal } = terminal;
  const { json, rest } = splitJson(words);
  const line = progressLine(stderr, clock);
  const log = (message: string) => {
    line.clear();
    stderr.write(`${message}\n`);
  };
  const context: Context = { signal, clock, cwd, log, progress: (progress) => line.update(progress), app: () => import("../app/index.ts") };
  let exitCode: 0 | 1 | 2 = 0;
  const program = buildProgram(table, terminal, async (command, typed, options) => {
    const result = await command.run(requestOf(command, typed, options) as never, context);
    line.finish();
    stdout.write(`${json ? JSON.stringify(result ?? null, null, 2) : command.print(result)}\n`);
    if (command.failed?.(result)) exitCode = 1;
  });
  try {
    if (rest.length === 0) program.outputHelp();
    else await program.parseAsync(rest, { from: "user" });
    return exitCode;
  } catch (error) {
    line.finish();
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // Help or the version was asked for, and given.
    const problem = describe(asUserError(error, rest, signal));
    stderr.write(problem.text);
    if (json) stdout.write(`${JSON.stringify(problem.document, null, 2)}\n`);
    return problem.exitCode;
  }
}

/** What was thrown, as one of our errors where it is a matter of the words or of Ctrl-C. */
function asUserError(error: unknown, words: readonly string[], signal: AbortSignal): unknown {
  if (error instanceof CommanderError) return error.code === "commander.help" ? groupAlone(words) : usageError(error);
  if (signal.aborted && error === signal.reason) return stopped();
  return error;
}

const stopped = (): UserError =>
  new UserError("work/stopped", "stopped before there was a result", { hint: "Run the command again to have one." });

/** A group such as `data` was typed without the command that has to follow. */
const groupAlone = (words: readonly string[]): UserError =>
  new UserError("usage/unknown-command", `"${words[0]}" needs a command after it`, {
    path: words[0] ?? "command",
    hint: `"tradewind ${words[0]} --help" lists the commands.`,
  });
