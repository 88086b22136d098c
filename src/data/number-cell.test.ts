import fc from "fast-check";
import { expect, test } from "vitest";
import { parseNumberCell } from "./number-cell.ts";

test.each([
  ["1.5", 1.5],
  [" -2 ", -2],
  ["5.330000000000001e-05", 5.330000000000001e-5],
  [".5", 0.5],
  ["7.", 7],
  ["$1,234.50", 1234.5],
  ["1,234,567", 1234567],
  ["1.25M", 1_250_000],
  ["2k", 2000],
  ["-inf", -Infinity],
  ["1e999", Infinity],
])("%j is %d", (cell, value) => expect(parseNumberCell(cell, false)).toBe(value));

test.each(["", " ", "null", "NaN", "N/A", "-", "."])("%j is missing", (cell) => expect(parseNumberCell(cell, false)).toBeNaN());

test.each(["abc", "0x10", "0b1", "1,5", "1 2", "12-3", "1.2.3", "--1"])("%j is not understood", (cell) =>
  expect(parseNumberCell(cell, false)).toBeUndefined(),
);

test.each([
  ["1,5", 1.5],
  ["1.234,50", 1234.5],
  ["1,234", 1.234],
  ["1.5", 1.5],
])("with a decimal comma %j is %d", (cell, value) => expect(parseNumberCell(cell, true)).toBe(value));

test("every finite number is read back as it was written", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parseNumberCell(String(value), false)).toBe(value === 0 ? 0 : value);
    }),
  );
});

test("decimals of any length are the nearest number, as the language itself has it", () => {
  const digits = fc.string({ unit: fc.integer({ min: 0, max: 9 }).map(String), maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom("", "-"), digits, fc.boolean(), digits, (sign, whole, hasPoint, fraction) => {
      const text = sign + whole + (hasPoint ? `.${fraction}` : "");
      const isNumber = whole !== "" || (hasPoint && fraction !== "");
      const value = parseNumberCell(text, false);
      if (isNumber) expect(value).toBe(Number(text));
      else expect(value === undefined || Number.isNaN(value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
