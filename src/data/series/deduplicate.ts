import { inOrder, type NewsItem, normalisedText } from "./news.ts";

/** News of which every one says something else, and how many were left out. */
export interface DistinctNews {
  /** In time order. */
  readonly items: readonly NewsItem[];
  /** The same text, links and retweet marks aside. */
  readonly exact: number;
  /** The same words in another order or number. */
  readonly near: number;
}

const dayMs = 86_400_000;
const kinds = ["exact", "near"] as const;

/** Tells news that repeat what was said about the same symbols in the days before; it is shown them one by one, in time order. */
export class RepeatFilter {
  private readonly days: number;
  private readonly lastSaid = { exact: new Map<string, number>(), near: new Map<string, number>() };

  /** A repetition that comes after `days` of silence is news again. */
  constructor(days: number) {
    this.days = days;
  }

  /** Whether an item repeats an earlier one, and how closely: the same text, or the same words. */
  repeats({ publishedAt, symbols, text }: NewsItem): "exact" | "near" | undefined {
    const about = symbols.toSorted().join(" ");
    const said = normalisedText(text);
    const keys = { exact: `${about}\n${said}`, near: `${about}\n${[...new Set(said.split(" "))].toSorted().join(" ")}` };
    const found = kinds.find((kind) => publishedAt - (this.lastSaid[kind].get(keys[kind]) ?? -Infinity) <= this.days * dayMs);
    for (const kind of kinds) this.lastSaid[kind].set(keys[kind], publishedAt);
    return found;
  }
}

/** Leaves out news that repeat others. The first of them stays: whatever comes later changes nothing of what was there. */
export function deduplicated(items: readonly NewsItem[], days: number): DistinctNews {
  const filter = new RepeatFilter(days);
  const counts = { exact: 0, near: 0 };
  const kept = inOrder(items).filter((item) => {
    const found = filter.repeats(item);
    if (found !== undefined) counts[found]++;
    return found === undefined;
  });
  return { items: kept, ...counts };
}
