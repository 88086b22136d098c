/** A piece of news or a post. */
export interface NewsItem {
  /** When it was out, ms since the epoch, UTC; where only the day is known, the end of that day. */
  readonly publishedAt: number;
  /** Who says so, such as a domain or "twitter"; empty where that is not known. */
  readonly source: string;
  /** What it is about, in capitals; none where the file does not say. */
  readonly symbols: readonly string[];
  readonly text: string;
  /** What somebody else made of it, in their unit; only where the file has such a column. */
  readonly score?: number;
  /** How sure that is, from 0 to 1; only where the file says. */
  readonly confidence?: number;
}

/** News in the one order that does not depend on that of a file: by time, then by text and source. */
export function inOrder(items: readonly NewsItem[]): NewsItem[] {
  const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
  return items.toSorted(
    (left, right) =>
      left.publishedAt - right.publishedAt ||
      compare(left.text, right.text) ||
      compare(left.source, right.source) ||
      compare(left.symbols.join(" "), right.symbols.join(" ")) ||
      (left.score ?? 0) - (right.score ?? 0) ||
      (left.confidence ?? 0) - (right.confidence ?? 0),
  );
}

const mark = /https?:\/\/\S+|www\.\S+|\bURL\b|@\w+|\bAT_USER\b|…|&\w+;/g;
const retweet = /^(?:\s*RT\b:?)+/i;

/** What a text says, whoever passes it on: small letters, without links, names of users, "rt", punctuation and white space. */
export const normalisedText = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(mark, " ")
    .replace(retweet, " ")
    .replace(retweet, " ") // Again: what stood between two marks may have been a name.
    .toLowerCase()
    .replace(/[^\p{L}\p{N}$%+.-]+/gu, " ")
    .replace(/(?<!\d)\.|\.(?!\d)|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])/gu, " ")
    .replace(/\s+/g, " ")
    .trim();

/** The words of a text, each once and in order: the same for texts that say the same in another order. */
export const wordsOf = (text: string): string[] => [...new Set(normalisedText(text).split(" "))].toSorted();
