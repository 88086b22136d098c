import { execFile } from "node:child_process";

/** What was tried for, or one line that says why it failed. */
export type Attempt<Value> = Value | { readonly failure: string };

/** The line of an error output that says most: the last that names an error, else the first. */
function tellingLine(text: string): string | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return (lines.findLast((line) => /error:/i.test(line)) ?? lines[0])?.trim();
}

/** Runs a program to its end and gives what it printed; the signal ends it early. The failure is the program's own words where it has any. */
export function runProcess(
  file: string,
  args: readonly string[],
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<Attempt<{ readonly stdout: string }>> {
  return new Promise((resolve) => {
    execFile(file, args, { signal, timeout: limitMs, maxBuffer: 2 ** 26, encoding: "utf8" }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout });
      else if (error.killed === true && !signal.aborted) resolve({ failure: `not finished after ${limitMs / 60_000} minutes` });
      else resolve({ failure: tellingLine(stderr) ?? error.message });
    });
  });
}
