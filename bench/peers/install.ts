import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../src/base/index.ts";
import { runProcess } from "./process.ts";

const folder = join(import.meta.dirname, "..", "..", ".cache", "peers");
const environment = join(folder, "venv");
const limitMs = 30 * 60_000;

async function findPython(signal: AbortSignal): Promise<string> {
  const isNewEnough = "import sys; sys.exit('Python is older than 3.11' if sys.version_info < (3, 11) else 0)";
  for (const name of ["python3", "python"]) {
    if ("stdout" in (await runProcess(name, ["-c", isNewEnough], { signal, limitMs }))) return name;
  }
  signal.throwIfAborted();
  throw new UserError("environment/unsupported", "The peers need Python 3.11 or newer, and no such python3 is on the path.", {
    hint: "Install it, or measure only ours with `npm run bench`.",
  });
}

/** The Python of the peers' virtual environment, made when it is not there. Git ignores its folder. Throws `environment/unsupported`. */
export async function preparePython(signal: AbortSignal): Promise<string> {
  const python = process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
  const made = join(environment, "made.txt"); // A venv that was interrupted half-way has a Python too.
  if (existsSync(made)) return python;
  const system = await findPython(signal);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  const outcome = await runProcess(system, ["-m", "venv", environment], { signal, limitMs });
  if ("failure" in outcome) {
    throw new UserError("environment/unsupported", `Python could not make a virtual environment: ${outcome.failure}`, {
      hint: "On Debian and Ubuntu, the package python3-venv is needed.",
    });
  }
  writeFileSync(made, "");
  return python;
}

/** Installs the packages of `requirements/NAME.txt`, unless that is done. Gives why it failed, or null. Compiles nothing, resolves nothing. */
export async function install(python: string, name: string, signal: AbortSignal): Promise<string | null> {
  const file = join(import.meta.dirname, "requirements", `${name}.txt`);
  const wanted = readFileSync(file, "utf8");
  const done = join(environment, `${name}.installed.txt`);
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return null;
  const args = ["-m", "pip", "install", "--quiet", "--no-cache-dir", "--only-binary", ":all:", "--no-deps", "--requirement", file];
  const outcome = await runProcess(python, args, { signal, limitMs });
  if ("failure" in outcome) return `pip: ${outcome.failure}`;
  writeFileSync(done, wanted);
  return null;
}
