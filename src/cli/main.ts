import { systemClock } from "../base/index.ts";
import { commands } from "./commands/index.ts";
import { runProgram } from "./program.ts";

/** npm and the terminal may both deliver one Ctrl-C; what comes this close together is one. */
const sameInterruptMs = 300;

/** A signal that the first Ctrl-C (or SIGTERM) aborts; the second ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let stoppedAt = 0;
  const stop = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      stoppedAt = systemClock.elapsed();
      process.stderr.write("\nStopping cleanly. Ctrl-C again stops at once.\n");
      controller.abort();
    } else if (systemClock.elapsed() - stoppedAt > sameInterruptMs) {
      process.exit(signal === "SIGTERM" ? 143 : 130);
    }
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

/** Runs this process's command line; the exit code is set, so that output is written whole before the process ends. */
export async function main(): Promise<void> {
  const signal = stopSignal();
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0); // The reader, such as `head`, has seen enough.
  });
  const { stdout, stderr } = process;
  process.exitCode = await runProgram(process.argv.slice(2), { stdout, stderr, clock: systemClock, cwd: process.cwd(), signal }, commands);
}
