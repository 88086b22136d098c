import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./run-tool.ts";

// `npm run dev`: the service, restarted when its source changes, and the dashboard's development server in front of it.

const children: ChildProcess[] = [];

function start(args: readonly string[]): void {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  children.push(child);
  child.on("exit", (code) => {
    process.exitCode ||= code ?? 0;
    for (const other of children) other.kill(); // One is of no use without the other.
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => children.forEach((child) => child.kill(signal)));
start(["--watch-path=src", join(root, "bin", "tradewind.js"), "serve", ...process.argv.slice(2)]);
start([join(root, "node_modules", "vite", "bin", "vite.js"), "web"]);
