// Behind `npm start`, `npm test` and the other scripts: installs what is missing, then runs the given file with the project's own Node.
// Plain JavaScript without dependencies, for Node 20 and newer. Usage: node scripts/bootstrap.js FILE [ARGUMENTS…]
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const neededNode = 24;
const isWindows = process.platform === "win32";
const lockFile = join(root, "package-lock.json");
const installedLock = join(root, "node_modules", ".package-lock.json");
const marker = join(root, ".tradewind", "install.lock");
const bundledNode = join(root, "node_modules", "node", "bin", isWindows ? "node.exe" : "node");

const say = (message) => console.error(`tradewind: ${message}`);
const versionsOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages ?? {};

/** Why an install is needed, or undefined. File times lie after a checkout or a copy, so a newer lock file is compared by content. */
function reasonToInstall() {
  if (!existsSync(installedLock)) return "node_modules is missing or incomplete";
  if (!existsSync(lockFile) || statSync(lockFile).mtimeMs <= statSync(installedLock).mtimeMs) return undefined;
  const installed = versionsOf(installedLock);
  const isStale = Object.entries(versionsOf(lockFile)).some(([path, { version, optional, link }]) => {
    if (path === "" || link) return false;
    return installed[path] === undefined ? !optional : installed[path].version !== version;
  });
  return isStale ? "package-lock.json has changed since the last install" : undefined;
}

/** Runs a program with our own input and output; gives its exit code. */
function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", cwd: root, ...options });
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}

/** npm as it runs us, so that `npm start` under another npm than the one on the path uses that one; else the one on the path. */
function npm(args) {
  const path = process.env.npm_execpath;
  // What npm prints to standard output is progress here: a command's own output, such as JSON, stays alone there.
  const stdio = ["ignore", 2, 2];
  if (path?.endsWith(".js") && existsSync(path)) return run(process.execPath, [path, ...args], { stdio });
  return run(isWindows ? "npm.cmd" : "npm", args, { stdio, shell: isWindows });
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // Somebody else's process, but a living one.
  }
};

/** Waits until nobody else installs here, then holds the marker file. A marker whose owner died is taken over. */
async function acquire() {
  mkdirSync(dirname(marker), { recursive: true });
  for (let hasSaid = false; ;) {
    try {
      writeFileSync(marker, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = existsSync(marker) ? Number(readFileSync(marker, "utf8")) : 0;
    if (owner > 0 && !isAlive(owner)) rmSync(marker, { force: true });
    else if (!hasSaid) {
      say("another process is installing; waiting for it.");
      hasSaid = true;
    }
    await sleep(200);
  }
}

async function install() {
  await acquire();
  try {
    const reason = reasonToInstall(); // The one we waited for may have done it.
    if (reason === undefined) return;
    const hasLock = existsSync(lockFile);
    say(`${reason}: running "npm ${hasLock ? "ci" : "install"}" (about 700 MB, some minutes the first time).`);
    if (!hasLock) say("there is no package-lock.json, so versions are chosen anew.");
    const code = await npm([hasLock ? "ci" : "install", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (code !== 0) throw new Error(`npm ended with exit code ${code}`);
    if (!existsSync(installedLock)) throw new Error("npm reported success but node_modules is incomplete");
    say("everything is installed.");
  } finally {
    rmSync(marker, { force: true });
  }
}

/** The project's Node 24, else the one running now if it is new enough. */
function chooseNode() {
  if (existsSync(bundledNode)) return bundledNode;
  if (Number(process.versions.node.split(".")[0]) >= neededNode) return process.execPath;
  throw new Error(`node_modules/node holds no program, and this Node is ${process.versions.node}, older than ${neededNode}`);
}

try {
  if (reasonToInstall() !== undefined) await install();
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) throw new Error("no file to run was named");
  const node = chooseNode();
  const path = `${join(root, "node_modules", ".bin")}${isWindows ? ";" : ":"}${process.env.PATH ?? ""}`;
  process.exitCode = await run(node, [join(root, file), ...args], { env: { ...process.env, PATH: path } });
} catch (error) {
  say(`could not get ready: ${error.message}.`);
  say("Check the network (or the npm mirror), free disk space (2 GB) and write permission here, then run the command again.");
  process.exitCode = 1;
}
