import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
  StreamEvent,
  TrainingPoint,
} from "../src/api/index.ts";
import { homeAt, type LocalServices, openServices } from "../src/app/index.ts";
import { temporaryFolders, tinyExperiment, walkDataSet } from "../src/app/testing/tiny.ts";
import { systemClock } from "../src/base/index.ts";
import { openStore } from "../src/data/index.ts";

// The real services over a real home, with a model that was really trained, behind the real server.

const folders = temporaryFolders();
const home = homeAt(folders.root, "home");
let services: LocalServices;
let server: FastifyInstance;
let address: string;
let runId: string;
let modelId: string;
let size: number;

beforeAll(async () => {
  const dataSet = walkDataSet();
  await openStore(home.data).put("walk", dataSet);
  services = await openServices({ home, clock: systemClock, version: "1.2.3" });
  const { finished } = await services.train(tinyExperiment(), dataSet);
  const { run, model } = await finished;
  runId = run.id;
  modelId = model!.id;
  size = model!.observationSize;
  server = createServer({ services });
  address = await listen(server, { port: 0 });
}, 60_000);

afterAll(async () => {
  await server.close();
  await services.close();
  folders.remove();
});

const get = (url: string) => server.inject({ url });
const post = (url: string, payload?: object) => server.inject({ method: "POST", url, ...(payload && { payload }) });
const failureOf = (response: { json(): unknown }) => ErrorDocument.parse(response.json()).error;

/** Everything that arrives on the WebSocket, and a wait for something that is to come. */
async function openStream() {
  const socket = new WebSocket(`${address.replace("http", "ws")}/api/events`);
  const events: StreamEvent[] = [];
  let broken: unknown;
  const waiting = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    const { success, data: event, error } = StreamEvent.safeParse(JSON.parse(String(data)));
    if (success) events.push(event);
    else broken ??= error;
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the WebSocket does not open")));
  });
  const until = (matches: (event: StreamEvent) => boolean): Promise<StreamEvent> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (broken) reject(broken);
        const event = events.find(matches);
        if (!event) return;
        waiting.delete(look);
        resolve(event);
      };
      waiting.add(look);
      look();
    });
  return { events, until, [Symbol.dispose]: () => socket.close() };
}

describe("what was made can be looked at", () => {
  test("health", async () => {
    expect(Health.parse((await get("/health")).json())).toMatchObject({ status: "ok", version: "1.2.3" });
  });

  test("the run, its report and its model", async () => {
    const runs = RunSummary.array().parse((await get("/api/runs")).json());
    expect(runs.map(({ id, status, synthetic }) => ({ id, status, synthetic }))).toContainEqual({
      id: runId,
      status: "finished",
      synthetic: true,
    });
    const report = Report.parse((await get(`/api/runs/${runId}/report`)).json());
    expect(report.verdict.headline).toBe(runs.find(({ id }) => id === runId)!.headline);
    const points = TrainingPoint.array().parse((await get(`/api/runs/${runId}/training`)).json());
    expect(points.map(({ seed, steps }) => [seed, steps])).toEqual(
      report.trainingCurves.flatMap((curve) => curve.steps.map((steps) => [curve.seed, steps])),
    );
    const models = ModelSummary.array().parse((await get("/api/models")).json());
    const chosen = report.seeds.find((seed) => seed.chosen)!;
    expect(models.find(({ id }) => id === modelId)).toMatchObject({ name: "tiny", version: 1, runId, weightsSha256: chosen.weightsSha256 });
  });

  test("the OpenAPI document names every path and defines all that it refers to", async () => {
    const document = (await get("/openapi.json")).json() as {
      openapi: string;
      paths: Record<string, Record<string, { responses: object }>>;
      components: { schemas: object };
    };
    expect(document.openapi).toBe("3.1.0");
    const paths = [
      "/health",
      "/predict",
      "/api/runs",
      "/api/runs/{id}/report",
      "/api/runs/{id}/stop",
      "/api/models",
      "/api/sessions",
      "/api/sessions/{id}",
      "/api/events",
    ];
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([...paths, ...["pause", "resume", "kill"].map((act) => `/api/sessions/{id}/${act}`)]),
    );
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(methods))
        expect(Object.keys(responses).length, `${method} ${path}`).toBeGreaterThan(0);
    }
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(document.components.schemas).toHaveProperty(name!);
  });
});

describe("a prediction", () => {
  const observation = () => Array.from({ length: size }, (_, index) => index / size - 0.5);

  test("gives an action, its probabilities and a value, by id and by name, the same each time", async () => {
    const response = await post("/predict", { model: modelId, observation: observation() });
    expect(response.statusCode).toBe(200);
    const prediction = PredictResponse.parse(response.json());
    expect(prediction.model).toBe(modelId);
    expect(prediction.probabilities!.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
    expect(prediction.action).toEqual([prediction.probabilities!.indexOf(Math.max(...prediction.probabilities!))]);
    expect(["short", "flat", "long"]).toContain(prediction.label);
    expect((await post("/api/predict", { model: "tiny", observation: observation() })).json()).toEqual(prediction);
  });

  test.each<[string, () => unknown, string]>([
    ["a number too few", () => observation().slice(1), "observation"],
    ["a number too many", () => [...observation(), 0], "observation"],
    ["none", () => [], "observation"],
    ["NaN as text", () => ["NaN", ...observation().slice(1)], "observation.0"],
    ["null, as JSON writes NaN", () => [...observation().slice(1), NaN], "observation."],
    ["a list within", () => [observation()], "observation.0"],
    ["a number beyond float32", () => [1e300, ...observation().slice(1)], "observation.0"],
    ["text", () => "0,0,0", "observation"],
  ])("of %s is refused with the field", async (_, given, path) => {
    const response = await post("/predict", { model: modelId, observation: given() });
    expect(response.statusCode).toBe(422);
    expect(failureOf(response)).toMatchObject({ code: "request/invalid", path: expect.stringContaining(path) as string });
    expect(failureOf(response).hint.length).toBeGreaterThan(10);
  });

  test("the wrong length is told with the right one", async () => {
    const { message } = failureOf(await post("/predict", { model: modelId, observation: [1] }));
    expect(message).toContain(`${size} numbers`);
  });

  test("of NaN written out, and of ten megabytes", async () => {
    const raw = (payload: string) =>
      server.inject({ method: "POST", url: "/predict", headers: { "content-type": "application/json" }, payload });
    const malformed = await raw(`{"model":"${modelId}","observation":[NaN]}`);
    expect([malformed.statusCode, failureOf(malformed).code]).toEqual([400, "request/malformed"]);
    const huge = await raw(`{"model":"${modelId}","observation":[${"0,".repeat(5_000_000)}0]}`);
    expect([huge.statusCode, failureOf(huge).code]).toEqual([413, "request/too-large"]);
  });

  test.each(["nobody", "tiny@99"])("of the unknown model %s", async (model) => {
    const response = await post("/predict", { model, observation: observation() });
    expect([response.statusCode, failureOf(response).code]).toEqual([404, "model/not-found"]);
  });
});

describe("a paper session", () => {
  test("moves bar by bar on the WebSocket, and stays to be looked at", async () => {
    using stream = await openStream();
    const response = await post("/api/sessions", { model: "tiny", barsPerSecond: 500 });
    expect(response.statusCode).toBe(202);
    const { id, barsTotal } = SessionSummary.parse(response.json());
    await stream.until((event) => event.type === "session" && event.session.id === id && event.session.status === "finished");
    const points = stream.events.flatMap((event) => (event.type === "session-point" && event.sessionId === id ? [event.point] : []));
    const snapshot = SessionSnapshot.parse((await get(`/api/sessions/${id}`)).json());
    expect(snapshot).toMatchObject({ modelId, synthetic: true, status: "finished", barsSeen: barsTotal });
    expect(points).toEqual(snapshot.points);
    const report = Report.parse((await get(`/api/runs/${runId}/report`)).json());
    expect(
      snapshot.points.map(({ time }) => time),
      "the stretch its run never saw",
    ).toEqual(report.series.time);
    expect(
      SessionSummary.array()
        .parse((await get("/api/sessions")).json())
        .map((session) => session.id),
    ).toContain(id);
  });

  test("is paused, resumed and killed", async () => {
    using stream = await openStream();
    const { id } = SessionSummary.parse((await post("/api/sessions", { model: modelId, barsPerSecond: 20 })).json());
    const statusOf = async () => SessionSnapshot.parse((await get(`/api/sessions/${id}`)).json()).status;
    for (const [act, status] of [
      ["pause", "paused"],
      ["resume", "running"],
    ] as const) {
      expect((await post(`/api/sessions/${id}/${act}`)).statusCode).toBe(204);
      expect(await statusOf()).toBe(status);
    }
    expect((await post(`/api/sessions/${id}/kill`)).statusCode).toBe(204);
    await stream.until((event) => event.type === "session" && event.session.id === id && event.session.status === "killed");
    const again = await post(`/api/sessions/${id}/resume`);
    expect([again.statusCode, failureOf(again).code]).toEqual([409, "session/conflict"]);
  });

  test("of an unknown model, and an unknown session", async () => {
    expect(failureOf(await post("/api/sessions", { model: "nobody", barsPerSecond: 1 })).code).toBe("model/not-found");
    for (const response of [await get("/api/sessions/nobody"), await post("/api/sessions/nobody/kill")]) {
      expect([response.statusCode, failureOf(response).code]).toEqual([404, "session/not-found"]);
    }
  });
});

describe("a run", () => {
  test("is started, watched and stopped", async () => {
    using stream = await openStream();
    const response = await post("/api/runs", { data: "walk", steps: 1_000_000_000, seeds: 1 });
    expect(response.statusCode).toBe(202);
    const { id, status, synthetic } = RunSummary.parse(response.json());
    expect({ status, synthetic }).toEqual({ status: "running", synthetic: true });
    await stream.until((event) => event.type === "training" && event.point.runId === id);
    expect(failureOf(await get(`/api/runs/${id}/report`))).toMatchObject({
      code: "run/not-found",
      message: expect.stringContaining("running") as string,
    });
    expect((await post(`/api/runs/${id}/stop`)).statusCode).toBe(200);
    await stream.until((event) => event.type === "run" && event.run.id === id && event.run.status === "stopped");
    const again = await post(`/api/runs/${id}/stop`);
    expect([again.statusCode, failureOf(again).code]).toEqual([409, "session/conflict"]);
  });

  test.each(["../../data.csv", "/etc/hosts", "C:\\data.csv", "package.json"])(
    "reads no file such as %s for whoever asks over HTTP",
    async (data) => {
      const response = await post("/api/runs", { data });
      expect([response.statusCode, failureOf(response).code]).toEqual([404, "data/not-found"]);
    },
  );

  test("of unknown data, and an unknown run", async () => {
    const { length } = await services.runs();
    const unknown = await post("/api/runs", { data: "nowhere" });
    expect([unknown.statusCode, failureOf(unknown).code]).toEqual([404, "data/not-found"]);
    expect(failureOf(unknown).hint).toContain("walk");
    for (const response of [await get("/api/runs/nobody/report"), await post("/api/runs/nobody/stop")]) {
      expect([response.statusCode, failureOf(response).code]).toEqual([404, "run/not-found"]);
    }
    expect(await services.runs(), "nothing was filed").toHaveLength(length);
  });

  test("on too few bars fails, and its record says why", async () => {
    using stream = await openStream();
    await openStore(home.data).put("short", walkDataSet(2, 45));
    const response = await post("/api/runs", { data: "short", steps: 100, seeds: 1 });
    const { id } = RunSummary.parse(response.json());
    await stream.until((event) => event.type === "run" && event.run.id === id && event.run.status === "failed");
    expect((await services.lab.runs.get(id)).message).toMatch(/bars|rows/);
    expect(failureOf(await get(`/api/runs/${id}/report`)).code).toBe("run/not-found");
  });
});

test("closing stops what runs and files it", async () => {
  const place = homeAt(folders.fresh(), "home");
  await openStore(place.data).put("walk", walkDataSet());
  const opened = await openServices({ home: place, clock: systemClock, version: "0.0.0" });
  const { id } = await opened.startRun({ data: "walk", steps: 1_000_000_000, seeds: 1 });
  await new Promise<void>((resolve) => opened.subscribe(({ type }) => type === "training" && resolve()));
  await opened.close();
  const reopened = await openServices({ home: place, clock: systemClock, version: "0.0.0" });
  expect(await reopened.runs()).toMatchObject([{ id, status: "stopped" }]);
  await reopened.close();
});
