import { hashOf } from "../../base/index.ts";
import * as lexicon from "./lexicon.ts";
import { type Span, spansOf } from "./lexicon-index.ts";
import { type Token, tokensOf } from "./words.ts";

/** A place that moved the judgement: its words, and by how much, after negation, degree and doubt. */
export interface Evidence {
  readonly words: string;
  readonly weight: number;
}

/** What a text says of the fortunes of what it is about. */
export interface Sentiment {
  /** From −1 (bad) to 1 (good): tanh of half the sum of the evidence, which counts for less by √(n/4) where a long text has n > 4 pieces. */
  readonly score: number;
  /** From 0 to 1: more with more evidence, less where it disagrees or is hedged. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
}

/** Hash of the lexicon and of how it is read. */
export const lexiconIdentity: string = hashOf({ scorer: "lexicon@1", lexicon });

/** How many tokens before a judgement a negation reaches, and how far a degree or an object stands from its word. */
const reach = { negation: 4, degree: 2, object: 4, number: 3 } as const;

/** What is left of a judgement in a question, behind a contrast, before one, and in a concession. */
const shares = { question: 0.5, afterContrast: 1.25, beforeContrast: 0.75, concession: 0.5, hedged: 0.8, doubt: 0.75 } as const;

/** Pieces of evidence that add up as they are: about what a headline or a post has. */
const fewPieces = 4;

/** Tokens after which words no longer belong together, though no mark stands between them. */
const longestClause = 100;

/** What a thing weighs of which there is said to be none. */
const deniedObject = 0.8;

/** A stretch of a text in which words belong together. */
interface Clause {
  readonly from: number;
  to: number;
  readonly spans: Span[];
  share: number;
  doubt: number;
}

interface Hit {
  readonly from: number;
  readonly to: number;
  value: number;
}

/** Reads a text by the lexicon: opinions, movements of things of which more is good or bad, negation, degree, doubt and numbers. */
export function readSentiment(text: string): Sentiment {
  const tokens = tokensOf(text);
  const clauses = clausesOf(tokens, spansOf(tokens));
  const evidence: Evidence[] = [];
  let doubt = 1;
  for (const clause of clauses) {
    const hits = hitsOf(tokens, clause);
    if (hits.length > 0) doubt = Math.min(doubt, clause.doubt);
    for (const { from, to, value } of hits) {
      const words = tokens
        .slice(from, to)
        .map((token) => token.text)
        .join(" ");
      evidence.push({ words, weight: value * clause.share });
    }
  }
  const sum = evidence.reduce((total, { weight }) => total + weight, 0);
  const size = evidence.reduce((total, { weight }) => total + Math.abs(weight), 0);
  const agreement = size === 0 ? 0 : Math.abs(sum) / size;
  const length = Math.sqrt(Math.max(evidence.length / fewPieces, 1));
  return { score: Math.tanh(sum / length / 2), confidence: (size / (size + 1)) * (0.4 + 0.6 * agreement) * doubt, evidence };
}

/** Score and confidence of a text by the lexicon. */
export function scoreText(text: string): { readonly score: number; readonly confidence: number } {
  const { score, confidence } = readSentiment(text);
  return { score, confidence };
}

/** Cuts at marks, contrasts and concessions; what stands before a contrast in its sentence weighs less. */
function clausesOf(tokens: readonly Token[], spans: readonly Span[]): Clause[] {
  const clauses: Clause[] = [];
  const bySpan = new Map(spans.map((span) => [span.from, span]));
  let sentence: Clause[] = [];
  let clause: Clause = { from: 0, to: 0, spans: [], share: 1, doubt: 1 };
  const begin = (from: number, share: number) => {
    clause.to = from;
    clauses.push(clause);
    sentence.push(clause);
    clause = { from, to: tokens.length, spans: [], share, doubt: 1 };
  };
  for (let at = 0; at < tokens.length;) {
    const { kind } = tokens[at]!;
    const span = bySpan.get(at);
    if (at - clause.from >= longestClause) begin(at, clause.share);
    if (span?.role.isContrast) {
      begin(span.to, shares.afterContrast);
      for (const earlier of sentence) earlier.share *= shares.beforeContrast;
    } else if (span?.role.isConcession) begin(span.to, shares.concession);
    else if (kind === "comma") begin(at + 1, clause.share === shares.concession ? 1 : clause.share);
    else if (kind === "stop" || kind === "question") {
      begin(at + 1, 1);
      if (kind === "question") for (const asked of sentence) asked.share *= shares.question;
      sentence = [];
    } else if (span) {
      clause.spans.push(span);
      if (span.role.isHedge && clause.doubt > shares.doubt ** 2) {
        clause.doubt *= shares.doubt;
        clause.share *= shares.hedged;
      }
    }
    at = span?.to ?? at + 1;
  }
  begin(tokens.length, 1);
  return clauses;
}

/** What a clause says, after negation, degree and numbers. */
function hitsOf(tokens: readonly Token[], clause: Clause): Hit[] {
  const { spans } = clause;
  const used = new Set<Span>();
  const numbers = new Set<number>();
  const plain = spans.flatMap((span): Hit[] => {
    const { movement, weight } = span.role;
    if (!movement) return [];
    const object = nearestObject(span, spans, used);
    used.add(span);
    if (object) used.add(object);
    const value = object ? movement.sign * object.role.object! * movement.strength : (weight ?? movement.sign * movement.alone);
    const ends = object ? [Math.min(span.from, object.from), Math.max(span.to, object.to)] : [span.from, span.to];
    return [{ from: ends[0]!, to: ends[1]!, value: value * magnitudeAt(tokens, clause, ends[0]!, ends[1]!, numbers) }];
  });
  for (const span of spans) {
    if (used.has(span) || span.role.weight === undefined) continue;
    const { from, to } = span;
    const sign = span.role.isLevel ? (nearestObject(span, spans)?.role.object ?? 1) : 1;
    plain.push({ from, to, value: sign * span.role.weight * magnitudeAt(tokens, clause, from, to, numbers) });
  }
  plain.push(...signedNumbers(tokens, clause, numbers));
  for (const span of spans) {
    const { object, weight, movement } = span.role;
    if (object === undefined || weight !== undefined || movement || used.has(span)) continue;
    const isDenied = spans.some(({ role, to }) => role.negation && to <= span.from && span.from - to < reach.degree);
    if (isDenied) plain.push({ from: span.from, to: span.to, value: object * deniedObject });
  }
  const ordered = plain.toSorted((left, right) => left.from - right.from);
  const hits = ordered.map((hit) => ({ ...hit, value: hit.value * degreeOf(hit, spans) }));
  const alone: Hit[] = [];
  for (const span of spans) {
    if (!span.role.negation || used.has(span)) continue;
    const denied = deniedBy(span, hits, tokens);
    for (const hit of denied) hit.value *= span.role.negation.factor;
    if (denied.length === 0 && span.role.negation.alone !== 0)
      alone.push({ from: span.from, to: span.to, value: span.role.negation.alone });
  }
  return [...hits, ...alone];
}

const nothing: ReadonlySet<Span> = new Set();

/**
 * The nearest thing that a movement or a level may be of. Where two are as near it is the one that somebody moves ("cuts costs"), or the
 * one that moves by itself ("costs fall").
 */
function nearestObject(of: Span, spans: readonly Span[], used = nothing): Span | undefined {
  const movesItself = (of.role.movement?.alone ?? 0) >= 1;
  const distance = ({ from, to }: Span) =>
    from >= of.to ? from - of.to + (movesItself ? 0.5 : 0) : of.from - to + (movesItself ? 0 : 0.5);
  return spans
    .filter((span) => span !== of && span.role.object !== undefined && !used.has(span) && distance(span) <= reach.object)
    .toSorted((left, right) => distance(left) - distance(right))[0];
}

/** More for a percentage beside it, up to double at 20 %, and a little more for any "by 3 cents". */
function magnitudeAt(tokens: readonly Token[], clause: Clause, from: number, to: number, numbers: Set<number>): number {
  const first = Math.max(clause.from, from - reach.number);
  const last = Math.min(clause.to, to + reach.number);
  for (let at = first; at < last; at++) {
    const { kind, value } = tokens[at]!;
    if (kind !== "percent" || numbers.has(at)) continue;
    numbers.add(at);
    return 1 + Math.min(Math.abs(value), 20) / 20;
  }
  const by = tokens[to]?.text === "by" && tokens[to + 1]?.kind === "number" && to + 1 < clause.to;
  return by ? 1.15 : 1;
}

/** Percentages with a sign that nothing else has explained: "+5 %" by itself. */
function signedNumbers(tokens: readonly Token[], clause: Clause, numbers: ReadonlySet<number>): Hit[] {
  const hits: Hit[] = [];
  for (let at = clause.from; at < clause.to; at++) {
    const { kind, value, isSigned } = tokens[at]!;
    if (kind !== "percent" || !isSigned || value === 0 || numbers.has(at)) continue;
    hits.push({ from: at, to: at + 1, value: Math.sign(value) * Math.min(0.5 + Math.abs(value) / 10, 2) });
  }
  return hits;
}

/** The product of degrees just before a judgement, within it, or right behind it. */
function degreeOf({ from, to }: Hit, spans: readonly Span[]): number {
  const near = spans.filter((span) => span.role.degree !== undefined && span.from >= from - reach.degree && span.from <= to);
  return near.reduce((product, span) => product * span.role.degree!, 1);
}

/**
 * What a negation denies: the first judgement that it lies in or that begins within its reach, with no "and" on the way, and those that "and"
 * or "or" join to it. Where there is none, the one just before: "the fears were not justified".
 */
function deniedBy({ from, to }: Span, hits: readonly Hit[], tokens: readonly Token[]): Hit[] {
  const isWord = (at: number, ...words: readonly string[]) => words.includes(tokens[at]!.text);
  const between = (start: number, end: number) => Array.from({ length: Math.max(end - start, 0) }, (_, index) => start + index);
  const denied: Hit[] = [];
  for (const hit of hits) {
    const last = denied.at(-1);
    const isOwn = hit.from === from && hit.to === to;
    if (isOwn || hit.to <= from) continue;
    const start = last?.to ?? to;
    const way = between(start, hit.from);
    const reaches = last
      ? way.length > 0 && way.every((at) => isWord(at, "and", "or", "nor", "a", "the"))
      : way.length <= reach.negation && !way.some((at) => isWord(at, "and"));
    if (!reaches) break;
    denied.push(hit);
  }
  const before = hits.filter((hit) => hit.to <= from && from - hit.to <= reach.degree);
  return denied.length > 0 ? denied : before.slice(-1);
}
