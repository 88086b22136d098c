import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { UserError } from "../base/index.ts";

/** Does work while no other program does work under the same lock file; a lock whose owner has died is taken over. */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  if (!tryLock(path)) {
    if (ownerLives(path)) {
      throw new UserError("data/busy", "another program is writing this data set", {
        path,
        hint: "Wait until it has finished, or delete the lock file if none is running.",
      });
    }
    rmSync(path, { force: true });
    if (!tryLock(path)) return withLock(path, work);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function ownerLives(path: string): boolean {
  try {
    const owner = Number(readFileSync(path, "utf8"));
    if (!(owner > 0)) return true; // Its owner is about to write the number.
    process.kill(owner, 0);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ESRCH" || code === "ENOENT") return false;
    if (code === "EPERM") return true;
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
