import { expect, test } from "vitest";
import { generatedFiles, staleFiles } from "../scripts/gen.ts";

test("generated files are what `npm run gen` makes", () => {
  expect(staleFiles(), "run `npm run gen`").toEqual([]);
  expect([...generatedFiles().keys()]).toEqual(expect.arrayContaining(["docs/errors.md", "docs/indicators.md"]));
});
