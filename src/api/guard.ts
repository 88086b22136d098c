import { UserError } from "../base/index.ts";

/** Whether a host name without port can only be this machine. */
const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);

/** What the guard reads of a request. */
interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

const refuse = (path: string, message: string): never => {
  throw new UserError("request/forbidden", message, {
    path,
    hint: "Open the service at the address it prints, or allow this host when starting it.",
  });
};

/**
 * Refuses requests that reach a private service through a foreign name (DNS rebinding) or from a foreign page (cross-site requests
 * and WebSockets, which browsers let through). `allowedHosts` are host names without port.
 */
export function guard({ host = "", origin }: Headers, allowedHosts: readonly string[]): void {
  const hostname = URL.parse(`http://${host}`)?.hostname ?? "";
  if (!isLoopback(hostname) && !allowedHosts.includes(hostname)) refuse("host", `The service does not answer for the host "${host}".`);
  if (origin === undefined) return;
  if (URL.parse(origin)?.host !== URL.parse(`http://${host}`)?.host) refuse("origin", `The service does not answer pages of "${origin}".`);
}
