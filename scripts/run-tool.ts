import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The project's folder. */
export const root = join(import.meta.dirname, "..");

/** Runs an installed tool's JavaScript, named from `node_modules`, with this Node; its output is shown. Gives whether it succeeded. */
export function runTool(file: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(process.execPath, [join(root, "node_modules", file), ...args], { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status === 0;
}
