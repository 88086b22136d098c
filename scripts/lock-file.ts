import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run-tool.ts";

// A mirror that lacks a new version for other platforms makes npm leave these out of the lock file, and `npm ci` then refuses it,
// on every machine. `node scripts/lock-file.ts` adds what is missing: name, version and platform, from what the packages declare.

/** An entry of the lock file, as far as it matters here. */
interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, Entry>>;
}

const path = join(root, "package-lock.json");
const readLock = (): LockFile => JSON.parse(readFileSync(path, "utf8")) as LockFile;

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm64", "arm", "ia32", "ppc64", "riscv64", "s390x", "x64"];

/** The platform that a package is named for, such as `binding-linux-x64-musl`. */
function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) throw new Error(`${name} names no platform`);
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  return { os: [os], cpu: [cpu], ...(os === "linux" ? { libc: [libc] } : {}) };
}

/** Whether a package can be found from the place of another, as Node looks for it. */
function isFound(packages: LockFile["packages"], from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")))) {
    if (`${place === "" ? "" : `${place}/`}node_modules/${name}` in packages) return true;
    if (place === "") return false;
  }
}

/** The optional packages that the lock file's packages declare and that it does not hold, by the place they belong. */
export function missingEntries({ packages }: LockFile = readLock()): Map<string, Entry> {
  const missing = new Map<string, Entry>();
  for (const [from, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isFound(packages, from, name)) continue;
      missing.set(`node_modules/${name}`, { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true } as Entry);
    }
  }
  return missing;
}

if (import.meta.main) {
  const lock = readLock();
  const missing = missingEntries(lock);
  const packages = Object.fromEntries(
    [...Object.entries(lock.packages), ...missing].toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
  writeFileSync(path, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(missing.size === 0 ? "nothing is missing" : `added: ${[...missing.keys()].join(", ")}`);
}
