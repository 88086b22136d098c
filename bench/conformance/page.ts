import { join } from "node:path";
import { writeFileWhole } from "../../src/base/index.ts";
import { document } from "./document.ts";
import { load } from "./record.ts";

// `npx node bench/conformance/page.ts` writes docs/conformance.md anew from what is kept, after a change of the rows or their notes.

const folder = join(import.meta.dirname, "..", "..", "docs");

/** What every row is trained with. */
export const seeds: readonly number[] = Array.from({ length: 10 }, (_, index) => index + 1);

/** Where everything that was measured is kept. */
export const record = join(folder, "conformance.json");

/** Writes the page of what is kept. */
export const writePage = (): void => writeFileWhole(join(folder, "conformance.md"), document(load(record), seeds.length));

if (import.meta.main) writePage();
