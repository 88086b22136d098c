import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { manualClock } from "../../base/index.ts";
import { toyEnvironment } from "../testing/toy-environment.ts";
import { cartPole } from "../testing/toys.ts";
import { train, type TrainOptions } from "../train.ts";
import { crc32c, maskedCrc32c } from "./crc32c.ts";
import { openEventFile } from "./event-file.ts";

const folder = mkdtempSync(join(tmpdir(), "events-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test.each([
  ["123456789", 0xe3069283], // The check value of every catalogue of checksums.
  ["\0".repeat(32), 0x8a9136aa], // RFC 3720, B.4
  [String.fromCharCode(...Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
])("CRC-32C of %j", (content, expected) => {
  expect(crc32c(new TextEncoder().encode(content))).toBe(expected);
});

test("the mask turns and adds as TensorFlow's does", () => {
  const sum = crc32c(new TextEncoder().encode("foo"));
  expect(maskedCrc32c(new TextEncoder().encode("foo"))).toBe(
    Number((((BigInt(sum) >> 15n) | (BigInt(sum) << 17n)) + 0xa282ead8n) & 0xffffffffn),
  );
});

/** Remainder of a polynomial division, bit by bit, from the definition of CRC-32C: no table, no reflected constants. */
function checksumOf(bytes: Uint8Array): number {
  const bits = [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
  const register = new Array<number>(32).fill(1);
  const polynomial = 0x1edc6f41;
  for (const bit of bits) {
    const carry = register.shift()! ^ bit;
    register.push(0);
    if (carry) register.forEach((value, at) => (register[at] = value ^ ((polynomial >>> (31 - at)) & 1)));
  }
  return register.reduceRight((sum, bit) => sum * 2 + (bit ^ 1), 0);
}

const rotated = (sum: number) => Number((((BigInt(sum) >> 15n) | (BigInt(sum) << 17n)) + 0xa282ead8n) & 0xffffffffn);

type Value = bigint | Uint8Array;

/** A reader written apart from the writer: fields of a message by number, numbers as bigint, the rest as bytes. */
function fieldsOf(bytes: Uint8Array): [number, Value][] {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[at++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
  };
  const fields: [number, Value][] = [];
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    if (kind === 0) fields.push([tag >> 3, varint()]);
    else {
      const length = kind === 1 ? 8 : kind === 5 ? 4 : Number(varint());
      fields.push([tag >> 3, bytes.slice(at, (at += length))]);
    }
  }
  return fields;
}

interface Event {
  readonly timeSeconds: number;
  readonly step: number;
  readonly version?: string;
  readonly restarted?: boolean;
  readonly scalars: Record<string, number>;
}

function eventsOf(path: string): Event[] {
  const bytes = new Uint8Array(readFileSync(path));
  const view = new DataView(bytes.buffer);
  const events: Event[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(rotated(checksumOf(bytes.subarray(at, at + 8))));
    const data = bytes.slice(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(rotated(checksumOf(data)));
    events.push(eventOf(data));
    at += 16 + length;
  }
  return events;
}

function eventOf(data: Uint8Array): Event {
  const fields = new Map(fieldsOf(data));
  const floatOf = (bytes: Uint8Array) => new DataView(bytes.buffer).getFloat32(0, true);
  const summary = fields.get(5) as Uint8Array | undefined;
  const scalars = fieldsOf(summary ?? new Uint8Array()).map(([, value]) => {
    const one = new Map(fieldsOf(value as Uint8Array));
    return [text(one.get(1) as Uint8Array), floatOf(one.get(2) as Uint8Array)] as const;
  });
  const session = fields.get(7) as Uint8Array | undefined;
  return {
    timeSeconds: new DataView((fields.get(1) as Uint8Array).buffer).getFloat64(0, true),
    step: Number(fields.get(2)),
    ...(fields.has(3) && { version: text(fields.get(3) as Uint8Array) }),
    ...(session && { restarted: new Map(fieldsOf(session)).get(1) === 1n }),
    scalars: Object.fromEntries(scalars),
  };
}

test("a file says its version first, then what it is given, with times in seconds", () => {
  const clock = manualClock(1_700_000_000_500);
  const { path, scalars, close } = openEventFile(join(folder, "plain"), clock);
  clock.set(1_700_000_001_250);
  scalars(64, { "train/entropy": 0.25, "rollout/returnMean": -3 });
  scalars(2 ** 40, { überschuss: 1e-3 });
  close();
  expect(path).toContain("events.out.tfevents.1700000000.");
  expect(eventsOf(path)).toEqual([
    { timeSeconds: 1_700_000_000.5, step: 0, version: "brain.Event:2", scalars: {} },
    { timeSeconds: 1_700_000_001.25, step: 64, scalars: { "train/entropy": 0.25, "rollout/returnMean": -3 } },
    { timeSeconds: 1_700_000_001.25, step: 2 ** 40, scalars: { überschuss: Math.fround(1e-3) } },
  ]);
});

test("two files of the same second do not share a name", () => {
  const clock = manualClock(0);
  const files = [1, 2, 3].map(() => openEventFile(join(folder, "namesakes"), clock));
  files.forEach(({ close }) => close());
  expect(new Set(files.map(({ path }) => path)).size).toBe(3);
});

test("training writes its figures, those of evaluations, and where it was taken up again", async () => {
  const home = join(folder, "training");
  const given: TrainOptions = {
    algorithm: "ppo",
    params: { nSteps: 32, epochs: 1 },
    environment: toyEnvironment(cartPole, 2),
    totalSteps: 256,
    seed: 1,
    clock: manualClock(),
    tensorboard: home,
    checkpoint: { folder: join(folder, "checkpoint"), everySteps: 64 },
    evaluate: { environment: toyEnvironment(cartPole, 2), everySteps: 128, episodes: 2 },
  };
  const { curve, evaluations } = await train(given);
  await train({ ...given, totalSteps: 320, resumeFrom: join(folder, "checkpoint") });
  const [first, second] = readdirSync(home)
    .toSorted()
    .map((name) => eventsOf(join(home, name)));
  expect(first!.map(({ step }) => step)).toEqual([0, 64, 128, 192, 256]);
  curve.forEach(({ entropy, policyLoss }, index) =>
    expect(first![index + 1]!.scalars).toMatchObject({
      "train/entropy": Math.fround(entropy!),
      "train/policyLoss": Math.fround(policyLoss),
    }),
  );
  expect(first![2]!.scalars["evaluation/evaluationReturn"]).toBeCloseTo(evaluations[0]!.meanReturn, 4);
  expect(first![1]!.scalars).not.toHaveProperty("evaluation/evaluationReturn");
  expect(second!.map(({ step, restarted }) => [step, restarted])).toEqual([
    [0, undefined],
    [257, true],
    [320, undefined],
  ]);
});
