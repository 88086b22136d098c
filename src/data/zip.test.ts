import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { UserError } from "../base/index.ts";
import { readBarsFile, readEachSeries } from "./read-bars-file.ts";
import { readZipMember, zipMembers } from "./zip.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (bytes: Uint8Array, name = "a.zip"): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

async function contents(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const member of await zipMembers(path, "a.zip")) {
    const pieces: Uint8Array[] = [];
    for await (const piece of readZipMember(path, "a.zip", member)) pieces.push(Uint8Array.from(piece));
    found[member.name] = Buffer.concat(pieces).toString("utf8");
  }
  return found;
}

test("whatever was packed, stored or deflated, comes out again", async () => {
  const file = fc.record({ text: fc.string({ unit: "grapheme", maxLength: 300 }), level: fc.constantFrom(0 as const, 9 as const) });
  const name = fc.string({ unit: fc.constantFrom("a", "b", "é", "/", " ", "."), minLength: 1, maxLength: 12 }).map((text) => `${text}x`);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, file, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), async (files) => {
      const packed = Object.entries(files).map(
        ([key, { text, level }]) => [key, [strToU8(text), { level }] as [Uint8Array, { level: 0 | 9 }]] as const,
      );
      const found = await contents(write(zipSync(Object.fromEntries(packed))));
      expect(found).toEqual(Object.fromEntries(Object.entries(files).map(([key, { text }]) => [key, text])));
    }),
    { numRuns: 40 },
  );
});

const csv = `date,open,high,low,close,volume\n${Array.from({ length: 500 }, (_, row) => `${1577836800 + 3600 * row},1,2,1,1.${row},${row}`).join("\n")}\n`;
const packed = zipSync({ "bars.csv": strToU8(csv) });

test("an archive cut off, or changed, anywhere is refused and never half read", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4, max: packed.length - 1 }), fc.boolean(), async (at, isCut) => {
      const bytes = isCut ? packed.subarray(0, at) : packed.with(at, packed[at]! ^ 0xff);
      const outcome = await readBarsFile(write(bytes)).catch((error: unknown) => error);
      if (outcome instanceof UserError) return;
      // Some bytes, such as those of the time of packing, mean nothing here.
      expect(outcome).toMatchObject({ report: { rows: { kept: 500 } } });
    }),
    { numRuns: 150 },
  );
});

test("an archive with one file of bars is read as that file, whatever else lies in it", async () => {
  const path = write(
    zipSync({
      "deep/bars.csv": [strToU8(csv), { extra: { 0x5455: new Uint8Array(9) } }],
      "__MACOSX/._bars.csv": strToU8("x"),
      "readme.md": strToU8("x"),
    }),
    "b.zip",
  );
  const { bars, report } = await readBarsFile(path);
  expect([bars.close.length, report.layout, bars.instrument.symbol]).toEqual([500, "zipped CSV with commas, header on line 1", "bars"]);
});

test("of several files each is a series, and one has to be chosen", async () => {
  const path = write(zipSync({ "AAA.csv": strToU8(csv), "BBB.csv": strToU8(csv) }), "two.zip");
  await expect(readBarsFile(path)).rejects.toMatchObject({ code: "data/invalid-value", message: expect.stringContaining("AAA.csv") });
  const series = await readEachSeries(path);
  expect(series.map(({ bars }) => bars.instrument.symbol)).toEqual(["AAA", "BBB"]);
});

test.each([
  ["a workbook", { "xl/workbook.xml": strToU8("<a/>") }, "data/unknown-format", "Excel"],
  ["without CSV", { "a.bin": strToU8("x") }, "data/unknown-format", "without a CSV file"],
])("an archive that is %s is told", async (_name, files, code, message) => {
  await expect(readBarsFile(write(zipSync(files)))).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test("an encrypted file, one packed in another way, and one that swells beyond reason are refused before they are unpacked", async () => {
  const directory = Buffer.from(packed).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(packed);
    change(bytes);
    return readBarsFile(write(bytes));
  };
  await expect(changed((bytes) => bytes.writeUInt16LE(1, directory + 8))).rejects.toMatchObject({
    code: "data/unknown-format",
    message: expect.stringContaining("encrypted"),
  });
  await expect(changed((bytes) => bytes.writeUInt16LE(93, directory + 10))).rejects.toMatchObject({ code: "data/unknown-format" });
  await expect(changed((bytes) => bytes.writeUInt32LE(2 ** 30, directory + 24))).rejects.toMatchObject({ code: "data/too-large" });
});

test.each([100, csv.length + 5])("a file that is not as long as the directory says, %d bytes, is refused", async (length) => {
  const bytes = Buffer.from(packed);
  const directory = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(length, directory + 24);
  await expect(readBarsFile(write(bytes))).rejects.toMatchObject({ code: "data/truncated" });
});
