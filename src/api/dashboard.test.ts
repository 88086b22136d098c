import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeServices } from "../../test/support/fake-services.ts";
import { manualClock } from "../base/index.ts";
import { createServer } from "./index.ts";

const services = fakeServices(manualClock(), { bars: 40 });
const html = { accept: "text/html,application/xhtml+xml" };
let folder: string;
let server: FastifyInstance;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tradewind-web-"));
  mkdirSync(join(folder, "web", "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "not for you");
  writeFileSync(join(folder, "web", "index.html"), "<title>Tradewind</title>");
  writeFileSync(join(folder, "web", "assets", "app-1a2b.js"), "export {}");
  server = createServer({ services, webRoot: join(folder, "web") });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test.each(["/", "/runs/demo-1", "/sessions/paper-1"])("%s is the dashboard, always fresh", async (url) => {
  const response = await server.inject({ url, headers: html });
  expect([response.statusCode, response.body]).toEqual([200, "<title>Tradewind</title>"]);
  expect(response.headers["cache-control"]).toBe("no-cache");
});

test("files named after their content are kept", async () => {
  const response = await server.inject("/assets/app-1a2b.js");
  expect(response.statusCode).toBe(200);
  expect(response.headers["cache-control"]).toContain("immutable");
});

test.each(["/assets/missing.js", "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt"])("%s is a coded error", async (url) => {
  const response = await server.inject(url);
  expect(response.statusCode).toBeGreaterThanOrEqual(400);
  expect(response.json().error.code).toMatch(/^request\//);
});

test("an unknown address of the API is never the dashboard", async () => {
  expect((await server.inject({ url: "/api/nothing", headers: html })).statusCode).toBe(404);
});

test.each([undefined, "/nowhere"])("a dashboard that is not built (%s) says how to build it", async (webRoot) => {
  const bare = createServer({ services, ...(webRoot === undefined ? {} : { webRoot }) });
  const response = await bare.inject({ url: "/", headers: html });
  expect(response.statusCode).toBe(404);
  expect(response.json().error.hint).toContain("vite build web");
  await bare.close();
});
