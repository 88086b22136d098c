import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Report } from "./document.ts";
import { reportJsonSchema } from "./json-schema.ts";
import { sampleReport } from "./sample-report.ts";
import { withEverySection } from "./testing/every-section.ts";

// Judged by a validator that knows nothing of Zod: the one inside Fastify, told to change nothing in what it is given.

let judge: FastifyInstance;
let whole: Report;

beforeAll(async () => {
  whole = withEverySection(await sampleReport());
  judge = Fastify({
    bodyLimit: 20_000_000,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true } },
  });
  judge.post("/", { schema: { body: reportJsonSchema() } }, () => ({ good: true }));
  await judge.ready();
});
afterAll(() => judge.close());

async function complaint(document: unknown): Promise<string | null> {
  const { statusCode, body } = await judge.inject({ method: "POST", url: "/", payload: document as object });
  return statusCode === 200 ? null : body;
}

test("a report of all sections, and one of few, are valid", async () => {
  expect(await complaint(Report.parse(whole))).toBeNull();
  expect(await complaint(Report.parse(await sampleReport({ synthetic: true, seeds: 2 })))).toBeNull();
});

describe("what Zod refuses is refused", () => {
  const wrong: Readonly<Record<string, (report: Report) => unknown>> = {
    "a missing verdict": ({ verdict: _verdict, ...report }) => report,
    "another schema": (report) => ({ ...report, schema: "tradewind/report@2" }),
    "an unknown field": (report) => ({ ...report, profit: 1 }),
    "an unknown field deep inside": (report) => ({ ...report, risk: { ...report.risk!, mood: "calm" } }),
    "a figure in words": (report) => ({ ...report, trials: { ...report.trials!, probabilisticSharpe: "high" } }),
    "half a trade": (report) => ({ ...report, tradesLeftOut: 0.5 }),
    "a side that there is not": (report) => ({ ...report, trades: [{ ...report.trades[0]!, side: "hold" }] }),
  };
  test.each(Object.keys(wrong))("%s", async (kind) => {
    const document = wrong[kind]!(whole);
    expect(Report.safeParse(document).success).toBe(false);
    expect(await complaint(document)).toContain("body");
  });
});

test("has a name without a host, refers only to what it defines, and tells what fields mean", () => {
  const { $id, definitions, ...rest } = reportJsonSchema() as { $id: string; definitions: Record<string, unknown> };
  expect($id).toBe("tradewind/report@1");
  const text = JSON.stringify({ definitions, rest });
  for (const [, name] of text.matchAll(/"\$ref":"#\/definitions\/(\w+)"/g)) expect(Object.keys(definitions)).toContain(name);
  expect(text.match(/"description":/g)!.length).toBeGreaterThan(100);
});
