import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { UserError } from "../base/index.ts";
import { notFound } from "./errors.ts";

const isPage = ({ method, url, headers }: FastifyRequest): boolean =>
  method === "GET" && !url.startsWith("/api/") && (headers.accept ?? "").includes("text/html");

const notBuilt = (): UserError =>
  new UserError("request/not-found", "The dashboard is not built.", {
    path: "/",
    hint: "Run `npx vite build web`, then start the service again.",
  });

/** Serves the built dashboard at `/`. Its pages have addresses of their own, so a page that is no file is the dashboard itself. */
export function serveDashboard(server: FastifyInstance, webRoot: string | undefined): void {
  const root = webRoot !== undefined && existsSync(join(webRoot, "index.html")) ? webRoot : undefined;
  if (root !== undefined) {
    server.register(fastifyStatic, {
      root,
      cacheControl: false,
      // Names under assets/ carry their content's hash; the page that names them must always be fresh.
      setHeaders: (reply, path) => {
        reply.header("cache-control", path.includes(join(root, "assets")) ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  server.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    if (!isPage(request)) throw notFound(`${request.method} ${request.url.split("?")[0]}`);
    if (root === undefined) throw notBuilt();
    return reply.sendFile("index.html");
  });
}
