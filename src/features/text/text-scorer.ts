import { assert, hashOf, UserError } from "../../base/index.ts";
import type { NewsItem } from "../../data/index.ts";
import { lexiconIdentity, scoreText } from "./sentiment.ts";

/** What a text says of the fortunes of what it is about: from −1 (bad) to 1 (good), and how sure that is, from 0 to 1. */
export interface TextScore {
  readonly score: number;
  readonly confidence: number;
}

/** What is scored: a text, and the score and confidence that came with it, if any. */
export type Scorable = Pick<NewsItem, "text" | "score" | "confidence">;

/** Whatever turns texts into scores. */
export interface TextScorer {
  /** Hash of whatever decides the scores. */
  readonly identity: string;
  /** Scores of texts, in their order; `onScored` is told how many of them are done. */
  score(items: readonly Scorable[], onScored?: (done: number) => void): Promise<readonly TextScore[]>;
}

/** Scores by the lexicon. */
export const lexiconScorer: TextScorer = {
  identity: lexiconIdentity,
  score: async (items) => items.map(({ text }) => scoreText(text)),
};

/** Takes scores that came with the news: `neutral` becomes 0, and what is `span` away from it −1 or 1. An item without a score says
 * nothing, one without a confidence is sure. */
export function givenScorer({ neutral, span }: { readonly neutral: number; readonly span: number }): TextScorer {
  assert(span > 0, `a span of ${span}`);
  return {
    identity: hashOf({ scorer: "given", neutral, span }),
    async score(items) {
      if (items.length > 0 && items.every(({ score }) => score === undefined)) {
        throw new UserError("data/missing-column", "none of the news came with a score", {
          path: "columns.score",
          hint: "Name the column of scores with `columns.score`, or use another scorer.",
        });
      }
      return items.map(({ score, confidence = 1 }) =>
        score === undefined ? { score: 0, confidence: 0 } : { score: Math.min(Math.max((score - neutral) / span, -1), 1), confidence },
      );
    },
  };
}
