import { expect, test } from "vitest";
import { z } from "zod";
import { canonicalJson, errorTable, hashOf, parse, parseParams, secret, secretsOf, sha256, UserError } from "./index.ts";

const failure = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error("nothing was thrown");
};

test("defaults are filled in", () => {
  expect(parseParams({ period: z.int().min(2).default(14) }, undefined)).toEqual({ period: 14 });
});

test("a misspelt field is refused, and the known ones are named", () => {
  const error = failure(() => parseParams({ maxDrawdown: z.number().default(0.2) }, { maxDrawDown: 0.1 }, "risk"));
  expect(error).toMatchObject({ code: "config/invalid", path: "risk.maxDrawDown", exitCode: 2, httpStatus: 422 });
  expect(error.hint).toContain("maxDrawdown");
});

test("a value out of range is named by its whole path", () => {
  const error = failure(() =>
    parse(z.strictObject({ costs: z.strictObject({ feeBps: z.number().min(0) }) }), { costs: { feeBps: -1 } }, "environment"),
  );
  expect(error.path).toBe("environment.costs.feeBps");
  expect(error.toJSON().error.code).toBe("config/invalid");
});

test("a secret comes from the environment, and an unset one is said by name", () => {
  process.env["TRADEWIND_TEST_SECRET"] = "s3cret";
  expect(parseParams({ key: secret("TRADEWIND_TEST_SECRET") }, {})).toEqual({ key: "s3cret" });
  delete process.env["TRADEWIND_TEST_SECRET"];
  expect(failure(() => parseParams({ key: secret("TRADEWIND_TEST_SECRET") }, {}))).toMatchObject({
    code: "config/missing-secret",
    path: "TRADEWIND_TEST_SECRET",
  });
});

test("a secret may still be in the variable of its former name, and only names are told of it", () => {
  const shape = { key: secret("TRADEWIND_TEST_SECRET", "TRADEWIND_FORMER_SECRET") };
  expect(secretsOf({ ...shape, other: z.string() })).toEqual([
    { field: "key", variables: ["TRADEWIND_TEST_SECRET", "TRADEWIND_FORMER_SECRET"], isSet: false },
  ]);
  process.env["TRADEWIND_FORMER_SECRET"] = "0ld";
  expect(parseParams(shape, {})).toEqual({ key: "0ld" });
  expect(secretsOf(shape)).toMatchObject([{ isSet: true }]);
  expect(JSON.stringify(secretsOf(shape))).not.toContain("0ld");
  delete process.env["TRADEWIND_FORMER_SECRET"];
});

test("exit codes and statuses are those that programs and clients expect", () => {
  for (const [code, { exitCode, httpStatus, meaning }] of Object.entries(errorTable)) {
    expect([1, 2], code).toContain(exitCode);
    expect(httpStatus >= 400 && httpStatus < 600, code).toBe(true);
    expect(meaning, code).toMatch(/\.$/);
  }
});

test("equal content has equal text and equal hash, whatever the order of keys", () => {
  expect(canonicalJson({ b: [1, { d: 2, c: 3 }], a: undefined })).toBe('{"b":[1,{"c":3,"d":2}]}');
  expect(hashOf({ x: 1, y: 2 })).toBe(hashOf({ y: 2, x: 1 }));
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256(new Float32Array([1]).subarray(0, 1))).toBe(sha256(new Uint8Array([0, 0, 128, 63])));
});
