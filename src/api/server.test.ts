import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FastifyInstance } from "fastify";
import { fakeServices, type FakeServices } from "../../test/support/fake-services.ts";
import { manualClock } from "../base/index.ts";
import {
  createServer,
  ErrorDocument,
  Health,
  listen,
  ModelSummary,
  PredictResponse,
  Report,
  RunSummary,
  SessionSnapshot,
  SessionSummary,
  TrainingPoint,
} from "./index.ts";

let services: FakeServices;
let server: FastifyInstance;

beforeEach(() => {
  services = fakeServices(manualClock(Date.UTC(2026, 0, 5)), { bars: 80 });
  server = createServer({ services });
});
afterEach(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });
const post = (url: string, payload?: object) => server.inject({ method: "POST", url, ...(payload === undefined ? {} : { payload }) });
const failureOf = (response: { json(): unknown }) => ErrorDocument.parse(response.json()).error;

describe("answers", () => {
  test.each(["/health", "/api/health"])("%s", async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(Health.parse(response.json())).toMatchObject({ status: "ok", listeners: { connected: 0, dropped: 0 } });
  });

  test.each(["/predict", "/api/predict"])("%s", async (url) => {
    const response = await post(url, { model: "demo", observation: [0, 1, -1, 0.5] });
    expect(response.statusCode).toBe(200);
    expect(PredictResponse.parse(response.json())).toEqual({
      model: "demo@1",
      action: [2],
      label: "long",
      probabilities: [0.1, 0.2, 0.7],
      value: 0.013,
    });
  });

  test("lists", async () => {
    expect(RunSummary.array().parse((await get("/api/runs")).json())).toHaveLength(1);
    expect(ModelSummary.array().parse((await get("/api/models")).json())[0]!.id).toBe("demo@1");
    expect(SessionSummary.array().parse((await get("/api/sessions")).json())[0]!.barsSeen).toBe(20);
  });

  test("the training of a run so far, to one who comes late", async () => {
    const { id } = (await post("/api/runs", { data: "sp500" })).json<RunSummary>();
    for (const steps of [100, 200]) services.train(id, steps);
    services.train("another", 300);
    const points = TrainingPoint.array().parse((await get(`/api/runs/${id}/training`)).json());
    expect(points.map(({ runId, steps }) => [runId, steps])).toEqual([
      [id, 100],
      [id, 200],
    ]);
  });

  test("a report and a session in full", async () => {
    const report = await get("/api/runs/demo-1/report");
    expect(Report.parse(report.json()).series.close).toHaveLength(80);
    expect(SessionSnapshot.parse((await get("/api/sessions/paper-1")).json()).points).toHaveLength(20);
  });

  test("a report as a page, under the policy that lets its own script run and no other", async () => {
    const { statusCode, headers, body } = await get("/api/runs/demo-1/report.html");
    expect([statusCode, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; .*frame-ancestors 'none'$/);
    expect(body).toMatch(/^<!doctype html>[^]*<h2>Equity and drawdown<\/h2>/);
    expect((await get("/api/runs/nobody/report.html")).statusCode).toBe(404);
  });

  test("starting and stopping a run", async () => {
    const started = await post("/api/runs", { data: "sp500", steps: 1000 });
    expect(started.statusCode).toBe(202);
    const { id } = RunSummary.parse(started.json());
    expect((await post(`/api/runs/${id}/stop`)).json()).toMatchObject({ id, status: "stopped" });
  });

  test("starting, pausing, resuming and killing a session", async () => {
    expect((await post("/api/sessions", { model: "demo@1" })).statusCode).toBe(202);
    const status = async () => (await get("/api/sessions/paper-1")).json().status;
    for (const [command, expected] of [
      ["pause", "paused"],
      ["resume", "running"],
      ["kill", "killed"],
    ]) {
      const response = await post(`/api/sessions/paper-1/${command}`);
      expect([response.statusCode, response.body]).toEqual([204, ""]);
      expect(await status()).toBe(expected);
    }
    const again = await post("/api/sessions/paper-1/resume");
    expect([again.statusCode, failureOf(again).code]).toEqual([409, "session/conflict"]);
  });

  test("the OpenAPI document describes every route with named schemas", async () => {
    const document = (await get("/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths).toSorted()).toEqual([
      "/api/events",
      "/api/health",
      "/api/models",
      "/api/predict",
      "/api/runs",
      "/api/runs/{id}/report",
      "/api/runs/{id}/report.html",
      "/api/runs/{id}/stop",
      "/api/runs/{id}/training",
      "/api/sessions",
      "/api/sessions/{id}",
      "/api/sessions/{id}/kill",
      "/api/sessions/{id}/pause",
      "/api/sessions/{id}/resume",
      "/health",
      "/predict",
    ]);
    expect(document.paths["/predict"].post.requestBody.content["application/json"].schema.$ref).toMatch(/PredictRequest/);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(document.components.schemas, name).toHaveProperty(name);
  });
});

describe("a request that does not fit names the field", () => {
  const observation = [0, 0, 0, 0];
  test.each([
    ["a missing field", { observation }, "model"],
    ["an unknown field", { model: "demo", observation, temperature: 1 }, "temperature"],
    ["null among the numbers", { model: "demo", observation: [0, null, 0, 0] }, "observation.1"],
    ["a string among the numbers", { model: "demo", observation: [0, 0, "1", 0] }, "observation.2"],
    ["no numbers", { model: "demo", observation: [] }, "observation"],
    ["no array", { model: "demo", observation: "0,0,0,0" }, "observation"],
    ["the wrong length", { model: "demo", observation: [0, 0, 0] }, "observation"],
    ["an array as body", [], "body"],
  ])("%s", async (_case, payload, path) => {
    const response = await post("/predict", payload);
    expect(response.statusCode).toBe(422);
    expect(failureOf(response)).toMatchObject({ code: "request/invalid", path });
    expect(failureOf(response).hint).not.toBe("");
  });

  test("the wrong length is told with the expected size", async () => {
    expect(failureOf(await post("/predict", { model: "demo", observation: [1] })).message).toContain("4 numbers, not 1");
  });

  test("a number beyond every double is no number", async () => {
    const response = await server.inject({
      method: "POST",
      url: "/predict",
      headers: { "content-type": "application/json" },
      payload: '{"model":"demo","observation":[1e999,0,0,0]}',
    });
    expect([response.statusCode, failureOf(response).path]).toEqual([422, "observation.0"]);
  });

  test.each(["../../etc/passwd", "..%2f..%2fetc", ".hidden", "a b", "x".repeat(201)])("the id %s", async (id) => {
    const response = await get(`/api/sessions/${encodeURIComponent(id)}`);
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect(ErrorDocument.safeParse(response.json()).success).toBe(true);
  });

  test.each([
    ["/api/runs", { data: "sp500", steps: 0 }, "steps"],
    ["/api/runs", { data: "sp500", seeds: 1.5 }, "seeds"],
    ["/api/runs", { data: "" }, "data"],
    ["/api/sessions", { model: "demo@1", barsPerSecond: 0 }, "barsPerSecond"],
    ["/api/sessions", { model: "demo@1", barsPerSecond: 1e6 }, "barsPerSecond"],
  ])("%s %j", async (url, payload, path) => {
    const response = await post(url, payload);
    expect([response.statusCode, failureOf(response).path]).toEqual([422, path]);
  });
});

describe("a request that cannot be understood", () => {
  const raw = (payload: string, type = "application/json") =>
    server.inject({ method: "POST", url: "/predict", headers: { "content-type": type }, payload });

  test.each([
    ["malformed JSON", '{"model":', "application/json"],
    ["NaN, which JSON has not", '{"model":"demo","observation":[NaN]}', "application/json"],
    ["an empty body", "", "application/json"],
    ["another format", "<model/>", "application/xml"],
    ["prototype poisoning", '{"__proto__":{"x":1},"model":"demo","observation":[0]}', "application/json"],
  ])("%s", async (_case, payload, type) => {
    const response = await raw(payload, type);
    expect([response.statusCode, failureOf(response).code]).toEqual([400, "request/malformed"]);
  });

  test("more than a megabyte", async () => {
    const response = await raw(JSON.stringify({ model: "demo", observation: Array(10_000_000 / 2).fill(0) }));
    expect([response.statusCode, failureOf(response).code]).toEqual([413, "request/too-large"]);
  });

  test("an address that is no text", async () => {
    const response = await get("/api/sessions/%E0%A4%A");
    expect([response.statusCode, failureOf(response).code]).toEqual([400, "request/malformed"]);
  });

  test.each([
    ["GET", "/api/nothing"],
    ["DELETE", "/api/runs"],
    ["GET", "/nothing"],
    ["GET", "/.git/config"],
  ] as const)("%s %s", async (method, url) => {
    const response = await server.inject({ method, url });
    expect([response.statusCode, failureOf(response).code]).toEqual([404, "request/not-found"]);
  });

  test("plain HTTP where a WebSocket is expected", async () => {
    expect(failureOf(await get("/api/events"))).toMatchObject({ code: "request/malformed", path: "upgrade" });
  });
});

describe("mistakes and faults of the service", () => {
  test.each([
    ["/api/runs/nobody/report", "run/not-found"],
    ["/api/runs/nobody/training", "run/not-found"],
    ["/api/sessions/nobody", "session/not-found"],
  ])("%s", async (url, code) => {
    const response = await get(url);
    expect([response.statusCode, failureOf(response).code]).toEqual([404, code]);
  });

  test("an unknown model and an unknown data set", async () => {
    expect(failureOf(await post("/predict", { model: "nobody", observation: [0] })).code).toBe("model/not-found");
    expect(failureOf(await post("/api/runs", { data: "nowhere" })).code).toBe("data/not-found");
  });

  test("a fault is told without its details", async () => {
    services.failure = new Error("secret path /srv/keys");
    for (const url of ["/health", "/api/runs", "/api/models", "/api/sessions", "/api/sessions/paper-1", "/api/runs/demo-1/report"]) {
      const response = await get(url);
      expect([response.statusCode, failureOf(response).code]).toEqual([500, "service/failed"]);
      expect(response.body).not.toContain("secret");
    }
  });

  test("an answer that breaks the contract is a fault, not an answer", async () => {
    services.predict = async () => ({ model: "demo@1", action: [NaN], label: null, value: 0 });
    expect((await post("/predict", { model: "demo", observation: [0, 0, 0, 0] })).statusCode).toBe(500);
  });
});

describe("who may ask", () => {
  test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "192.168.1.2", "not a host"])(
    "not the host %s",
    async (host) => {
      const response = await get("/health", { host });
      expect([response.statusCode, failureOf(response).code]).toEqual([403, "request/forbidden"]);
    },
  );

  test.each(["localhost", "localhost:8080", "127.0.0.1:8080", "127.0.0.53", "[::1]:8080"])("the host %s", async (host) => {
    expect((await get("/health", { host })).statusCode).toBe(200);
  });

  test("a host that was allowed", async () => {
    const open = createServer({ services, allowedHosts: ["desk.example"] });
    expect((await open.inject({ url: "/health", headers: { host: "desk.example:443" } })).statusCode).toBe(200);
    await open.close();
  });

  test.each(["https://evil.example", "null", "http://localhost:5173", "http://127.0.0.1:8080"])("not a page of %s", async (origin) => {
    expect((await get("/health", { host: "localhost:8080", origin })).statusCode).toBe(403);
  });

  test("its own page", async () => {
    expect((await get("/health", { host: "localhost:8080", origin: "http://localhost:8080" })).statusCode).toBe(200);
  });

  test("only so often", async () => {
    const strict = createServer({ services, requestsPerMinute: 2 });
    const statuses = [];
    for (let request = 0; request < 3; request++) statuses.push((await strict.inject("/health")).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
    expect(failureOf(await strict.inject("/health")).code).toBe("request/too-many");
    await strict.close();
  });
});

test("nothing may be loaded from elsewhere", async () => {
  const { headers } = await get("/health");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/https?:|unsafe/);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["strict-transport-security"]).toBeUndefined();
});

test("listening is on loopback, and a taken port is told", async () => {
  const address = await listen(server, { port: 0 });
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const other = createServer({ services });
  await expect(listen(other, { port: Number(new URL(address).port) })).rejects.toMatchObject({ code: "service/port-in-use" });
  await other.close();
});
