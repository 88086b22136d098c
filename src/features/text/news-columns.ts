import { z } from "zod";
import { hashOf } from "../../base/index.ts";
import type { AsOfColumns } from "../as-of/as-of-columns.ts";
import type { HeardColumns } from "./news-desk.ts";
import { moodOutputs, NewsMood } from "./news-mood.ts";

/** What is made of news at each bar. */
export const newsColumnParams = {
  name: z.string().min(1).default("news").describe("name of the columns; that of the score is the name itself"),
  halfLifeHours: z.number().positive().default(24).describe("hours after which news weigh half"),
  prior: z.number().positive().default(1).describe("weight of the neutral opinion that scores are averaged with"),
  outputs: z
    .array(z.enum(moodOutputs))
    .min(1)
    .refine((outputs) => new Set(outputs).size === outputs.length, "each output once")
    .default(() => [...moodOutputs])
    .describe("which numbers become columns"),
} as const satisfies z.core.$ZodShape;

/** What is made of news, parsed. */
export type NewsColumnParams = z.output<z.ZodObject<typeof newsColumnParams, z.core.$strict>>;

/** Names of the columns that news add. */
export const newsColumnNames = ({ name, outputs }: Pick<NewsColumnParams, "name" | "outputs">): string[] =>
  outputs.map((output) => (output === "score" ? name : `${name}-${output}`));

/**
 * News as columns: their mood when a bar closes, of those known by then. `identity` is hashed in place of the news. Columns that grow are read
 * on from where the last bar left off.
 */
export function newsColumns(params: NewsColumnParams, heard: HeardColumns, identity: string): AsOfColumns {
  const places = params.outputs.map((output) => moodOutputs.indexOf(output));
  return {
    names: newsColumnNames(params),
    hash: hashOf({ schema: "tradewind/news-columns@1", params, news: identity }),
    start() {
      const mood = new NewsMood({ halfLifeMs: params.halfLifeHours * 3_600_000, prior: params.prior });
      const all = new Float64Array(moodOutputs.length);
      let next = 0;
      return ({ closeTime }, out) => {
        for (; next < heard.knownAt.length && heard.knownAt[next]! <= closeTime; next++) {
          mood.hear({
            knownAt: heard.knownAt[next]!,
            score: heard.score[next]!,
            confidence: heard.confidence[next]!,
            weight: heard.weight[next]!,
            novelty: heard.novelty[next]!,
          });
        }
        mood.read(closeTime, all);
        for (let index = 0; index < places.length; index++) out[index] = all[places[index]!]!;
      };
    },
  };
}
