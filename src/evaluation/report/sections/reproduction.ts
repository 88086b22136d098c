import { z } from "zod";
import { hashOf } from "../../../base/index.ts";
import type { Report } from "../document.ts";

const hash = z.string().describe("SHA-256, hexadecimal");

/** What it takes to get the same report again, and to see that it is the same. */
export const Reproduction = z.strictObject({
  command: z.string().describe("command line"),
  hashes: z.strictObject({
    experiment: hash,
    data: hash.describe("content of the bars"),
    weights: z.array(z.strictObject({ seed: z.int(), sha256: hash })),
    sections: z.record(z.string(), hash).describe("of each section of this report, by name"),
  }),
  seeds: z.strictObject({
    training: z.array(z.int()),
    judging: z.int().describe("of all resampling in this report"),
  }),
  versions: z.strictObject({ tradewind: z.string(), node: z.string() }),
  extensions: z.array(z.strictObject({ file: z.string(), sha256: hash })).describe("files of the user's own"),
});

export type Reproduction = z.infer<typeof Reproduction>;

/** What a report cannot know by itself of how it came about. */
export interface Origin {
  readonly command: string;
  readonly versions: Reproduction["versions"];
  readonly extensions: readonly { readonly file: string; readonly sha256: string }[];
}

/** What two equal runs have equal is hashed section by section. */
export function reproductionSection(
  { command, versions, extensions }: Origin,
  judging: number,
  { experimentHash, data, seeds }: Pick<Report, "experimentHash" | "data" | "seeds">,
  sections: object,
): Reproduction {
  return {
    command,
    hashes: {
      experiment: experimentHash,
      data: data.contentHash,
      weights: seeds.map(({ seed, weightsSha256: sha256 }) => ({ seed, sha256 })),
      sections: Object.fromEntries(
        Object.entries(sections).flatMap(([name, part]) => (part !== null && typeof part === "object" ? [[name, hashOf(part)]] : [])),
      ),
    },
    seeds: { training: seeds.map(({ seed }) => seed), judging },
    versions,
    extensions: [...extensions],
  };
}
