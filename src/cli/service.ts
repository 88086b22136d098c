import type { LocalServices } from "../app/index.ts";
import type { Context } from "./command.ts";
import { dashboardFolder } from "./dashboard-build.ts";

/** A service that listens: its address, what is behind it, and how to end it. */
export interface RunningService {
  readonly address: string;
  readonly services: LocalServices;
  close(): Promise<void>;
}

interface ServiceRequest {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly home?: string | undefined;
}

/** Opens the home's services and listens, with the dashboard if it is built or can be built. */
export async function openService(
  { port, host, allowedHosts, home }: ServiceRequest,
  { app, clock, cwd, log }: Context,
): Promise<RunningService> {
  const { homeAt, openServices, version } = await app();
  const { createServer, listen } = await import("../api/index.ts");
  const { pino } = await import("pino");
  const webRoot = await dashboardFolder(log);
  const services = await openServices({ home: homeAt(cwd, home), clock, version });
  const logger = pino({ level: "warn" }, pino.destination({ fd: 2, sync: true })); // What went wrong on our side; requests are not listed.
  const server = createServer({ services, allowedHosts, logger, ...(webRoot !== undefined && { webRoot }) });
  const close = async () => {
    await server.close();
    await services.close();
  };
  try {
    return { address: await listen(server, { port, host }), services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits for Ctrl-C. */
export const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const alive = setInterval(() => undefined, 2 ** 30); // Keeps the program running where nothing else does.
    signal.addEventListener("abort", () => (clearInterval(alive), resolve()), { once: true });
  });
