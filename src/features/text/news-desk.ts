import { z } from "zod";
import { hashOf, sha256 } from "../../base/index.ts";
import { inOrder, type NewsItem, RepeatFilter, wordsOf } from "../../data/index.ts";
import type { HeardNews } from "./news-mood.ts";
import type { TextScorer } from "./text-scorer.ts";

/** Which news count, when, and how much. */
export const newsDeskParams = {
  symbol: z.string().min(1).optional().describe("whose news count; `*` for all"),
  lagMinutes: z.number().min(0).default(0).describe("minutes from publication until news can be acted on"),
  sourceWeights: z.record(z.string(), z.number().min(0)).default({}).describe("weight of each source by its name; 0 leaves it out"),
  otherSources: z.number().min(0).default(1).describe("weight of all other sources"),
  repeatDays: z.number().min(0).default(3).describe("days in which the same words again are no news"),
  noveltyHours: z.number().positive().default(72).describe("hours of earlier news that the novelty of words is measured against"),
} as const satisfies z.core.$ZodShape;

/** Which news count, parsed. */
export type NewsDeskParams = z.output<z.ZodObject<typeof newsDeskParams, z.core.$strict>>;

/** News in columns, in the order in which they became known; the columns may grow. `said` are 48 bits of a hash of what was said by whom. */
export interface HeardColumns extends Readonly<Record<keyof HeardNews, ArrayLike<number>>> {
  readonly said: ArrayLike<number>;
}

/** What became of news at the desk. */
export interface NewsCount {
  readonly given: number;
  /** About other symbols, or of sources without weight. */
  readonly other: number;
  readonly exactRepeats: number;
  readonly nearRepeats: number;
  readonly heard: number;
}

/** Most earlier news that the words of one are compared with. */
const mostCompared = 64;

/** Takes news in time order and says of each what can be said without reading it: whether it counts, when, how much, and how new it is. */
export class NewsDesk {
  private readonly params: NewsDeskParams;
  private readonly filter: RepeatFilter;
  private readonly recent: { readonly publishedAt: number; readonly words: ReadonlySet<string> }[] = [];
  private readonly counts = { given: 0, other: 0, exact: 0, near: 0, heard: 0 };

  constructor(params: NewsDeskParams) {
    this.params = params;
    this.filter = new RepeatFilter(params.repeatDays);
  }

  /** The next piece of news as it will count, but for its score; none where it does not. */
  admit(item: NewsItem): Omit<HeardNews, "score" | "confidence"> | undefined {
    const { symbol = "*", lagMinutes, sourceWeights, otherSources } = this.params;
    this.counts.given++;
    const weight = Object.hasOwn(sourceWeights, item.source) ? sourceWeights[item.source]! : otherSources;
    const isOurs = symbol === "*" || item.symbols.length === 0 || item.symbols.includes(symbol.toUpperCase());
    if (!isOurs || weight === 0) {
      this.counts.other++;
      return undefined;
    }
    // Of one symbol what is said is the same whichever others a post names.
    const repeats = this.filter.repeats(symbol === "*" ? item : { ...item, symbols: [] });
    if (repeats !== undefined) {
      this.counts[repeats]++;
      return undefined;
    }
    this.counts.heard++;
    return { knownAt: item.publishedAt + lagMinutes * 60_000, weight, novelty: this.noveltyOf(item) };
  }

  get count(): NewsCount {
    const { given, other, exact, near, heard } = this.counts;
    return { given, other, exactRepeats: exact, nearRepeats: near, heard };
  }

  /** 1 less the greatest likeness (Jaccard, 1912: shared words over all words) with one of the news before. */
  private noveltyOf({ publishedAt, text }: NewsItem): number {
    const words = new Set(wordsOf(text));
    while (this.recent.length > 0 && this.recent[0]!.publishedAt < publishedAt - this.params.noveltyHours * 3_600_000) this.recent.shift();
    let likeness = 0;
    for (const { words: earlier } of this.recent) likeness = Math.max(likeness, jaccard(words, earlier));
    this.recent.push({ publishedAt, words });
    if (this.recent.length > mostCompared) this.recent.shift();
    return 1 - likeness;
  }
}

function jaccard(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of left) if (right.has(word)) shared++;
  return shared / (left.size + right.size - shared);
}

/** 48 bits of what was said by whom, and of the score that came with it. */
const saidOf = ({ text, source, symbols, score, confidence }: NewsItem): number =>
  Number.parseInt(hashOf({ text, source, symbols, score: score ?? null, confidence: confidence ?? null }).slice(0, 12), 16);

/** Admits news and has them scored, all at once. */
export async function hearNews(
  items: readonly NewsItem[],
  params: NewsDeskParams,
  scorer: TextScorer,
  onScored?: (done: number) => void,
): Promise<{ readonly heard: HeardColumns; readonly count: NewsCount }> {
  const desk = new NewsDesk(params);
  const admitted = inOrder(items).flatMap((item) => {
    const counted = desk.admit(item);
    return counted === undefined ? [] : [{ item, ...counted }];
  });
  const scores = await scorer.score(
    admitted.map(({ item }) => item),
    onScored,
  );
  const column = (value: (index: number) => number) => Float64Array.from(admitted, (_, index) => value(index));
  return {
    heard: {
      knownAt: column((index) => admitted[index]!.knownAt),
      score: column((index) => scores[index]!.score),
      confidence: column((index) => scores[index]!.confidence),
      weight: column((index) => admitted[index]!.weight),
      novelty: column((index) => admitted[index]!.novelty),
      said: column((index) => saidOf(admitted[index]!.item)),
    },
    count: desk.count,
  };
}

/** SHA-256 of what was heard up to a moment: of when, what and by whom, and not of scores, whose last bits a machine may decide. */
export function heardHash({ knownAt, said, weight }: HeardColumns, count: number): string {
  const part = (column: ArrayLike<number>) => sha256(Float64Array.from({ length: count }, (_, index) => column[index]!));
  return hashOf({ schema: "tradewind/heard-news@1", knownAt: part(knownAt), said: part(said), weight: part(weight) });
}

/** News as they come: what is heard goes behind what was, for streams that read it as bars close. */
export class NewsWire implements HeardColumns {
  readonly knownAt: number[] = [];
  readonly score: number[] = [];
  readonly confidence: number[] = [];
  readonly weight: number[] = [];
  readonly novelty: number[] = [];
  readonly said: number[] = [];
  private readonly desk: NewsDesk;
  private readonly scorer: TextScorer;

  constructor(params: NewsDeskParams, scorer: TextScorer) {
    this.desk = new NewsDesk(params);
    this.scorer = scorer;
  }

  /**
   * Takes the next piece of news, which arrived at `arrivedAt`. It counts from then on if that is later than its publication and lag:
   * what came late was not known in time, and a replay of these columns does not pretend that it was.
   */
  async hear(item: NewsItem, arrivedAt: number): Promise<void> {
    const counted = this.desk.admit(item);
    if (counted === undefined) return;
    const [scored] = await this.scorer.score([item]);
    this.knownAt.push(Math.max(counted.knownAt, arrivedAt, this.knownAt.at(-1) ?? -Infinity));
    this.score.push(scored!.score);
    this.confidence.push(scored!.confidence);
    this.weight.push(counted.weight);
    this.novelty.push(counted.novelty);
    this.said.push(saidOf(item));
  }

  get count(): NewsCount {
    return this.desk.count;
  }
}
