import { assert } from "../../base/index.ts";
import {
  concessions,
  contrasts,
  degrees,
  hedges,
  levels,
  movements,
  negations,
  neutralPhrases,
  noNegations,
  objects,
  opinions,
} from "./lexicon.ts";
import type { Token } from "./words.ts";

/** What a word or phrase of the lexicon does to a judgement. */
export interface Role {
  /** Good or bad by itself. */
  readonly weight?: number;
  /** The weight is that of a height, which is the other way round for what is bad. */
  readonly isLevel?: true;
  /** Says that something moves. */
  readonly movement?: { readonly sign: 1 | -1; readonly alone: number; readonly strength: number };
  /** Something of which more is good (1) or bad (−1). */
  readonly object?: 1 | -1;
  readonly negation?: { readonly factor: number; readonly alone: number };
  readonly degree?: number;
  readonly isHedge?: true;
  readonly isContrast?: true;
  readonly isConcession?: true;
}

/** A place of a text where the lexicon knows something: tokens [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly role: Role;
}

interface Entry {
  readonly words: readonly string[];
  /** Words that do not matter may stand before the last one, as in "beats third-quarter estimates". */
  readonly mayGap: boolean;
  readonly role: Role;
}

/** What is beaten, missed, raised or cut often stands a word or two behind. */
const gapped = new Set(["estimate", "expectation", "forecast", "consensus", "guidance", "outlook", "lawsuit", "dispute", "case"]);
const widestGap = 2;

const listed = (words: string): string[][] => words.split(";").map((phrase) => phrase.trim().split(/\s+/));

/** All entries by their first word. */
const entries = new Map<string, Entry[]>();

function add(phrases: readonly string[][], role: Role): void {
  for (const words of phrases) {
    const [first] = words;
    assert(first !== undefined && first !== "", "an empty entry in the lexicon");
    const entry = { words, mayGap: words.length === 2 && gapped.has(words[1]!), role };
    const others = entries.get(first);
    if (others) others.push(entry);
    else entries.set(first, [entry]);
  }
}

for (const [weight, words] of Object.entries(opinions)) add(listed(words), { weight: Number(weight) });
for (const { words, weight } of levels) add(listed(words), { weight, isLevel: true });
for (const { words, ...movement } of movements) add(listed(words), { movement });
add(listed(objects.good), { object: 1 });
add(listed(objects.bad), { object: -1 });
for (const { words, ...negation } of negations) add(listed(words), { negation });
for (const { words, factor } of degrees) add(listed(words), { degree: factor });
add(listed(hedges), { isHedge: true });
add(listed(contrasts), { isContrast: true });
add(listed(concessions), { isConcession: true });
add([...listed(neutralPhrases), ...listed(noNegations)], {});

/** How many words and phrases the lexicon holds. */
export const lexiconSize = [...entries.values()].reduce((sum, list) => sum + list.length, 0);

/** Where an entry that starts at `at` ends; −1 where it does not fit. */
function endOf({ words, mayGap }: Entry, tokens: readonly Token[], at: number): number {
  let place = at + 1;
  for (let index = 1; index < words.length; index++) {
    const latest = place + (mayGap ? widestGap : 0);
    while (place < latest && isWordLike(tokens[place]) && !tokens[place]!.forms.includes(words[index]!)) place++;
    if (tokens[place]?.forms.includes(words[index]!) !== true) return -1;
    place++;
  }
  return place;
}

const isWordLike = (token: Token | undefined): boolean => token?.kind === "word" || token?.kind === "number";

/** The longest entry at a token; of equally long ones those of the form that is nearest to how it is written, their roles together. */
function spanAt(tokens: readonly Token[], at: number): Span | undefined {
  let best: { to: number; rank: number; role: Role } | undefined;
  for (const [rank, form] of tokens[at]!.forms.entries()) {
    for (const entry of entries.get(form) ?? []) {
      const to = endOf(entry, tokens, at);
      if (to < 0 || (best && (to < best.to || (to === best.to && rank > best.rank)))) continue;
      const isAsGood = best?.to === to && best.rank === rank;
      best = { to, rank, role: isAsGood ? { ...best!.role, ...entry.role } : entry.role };
    }
  }
  return best && { from: at, to: best.to, role: best.role };
}

/** What the lexicon knows of a text, from left to right, without overlaps. */
export function spansOf(tokens: readonly Token[]): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < tokens.length;) {
    const span = spanAt(tokens, at);
    if (span) spans.push(span);
    at = span?.to ?? at + 1;
  }
  return spans;
}
