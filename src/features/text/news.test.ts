import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Random } from "../../base/index.ts";
import type { NewsItem } from "../../data/index.ts";
import { emptyBar, readBar, sliceBars } from "../../domain/index.ts";
import { withAsOf } from "../as-of/as-of-columns.ts";
import { auditLookahead } from "../audit.ts";
import { featurePipeline } from "../pipeline.ts";
import { walkBars } from "../sample-bars.ts";
import { newsColumnParams, newsColumns } from "./news-columns.ts";
import { type HeardColumns, heardHash, hearNews, newsDeskParams, NewsWire } from "./news-desk.ts";
import { type HeardNews, moodOutputs, NewsMood } from "./news-mood.ts";
import { givenScorer, lexiconScorer } from "./text-scorer.ts";

const hour = 3_600_000;
const dayMs = 24 * hour;
const desk = z.strictObject(newsDeskParams);
const column = z.strictObject(newsColumnParams);
const pipeline = featurePipeline([{ indicator: "log-return", name: "return" }]);
const bars = walkBars(new Random(1), 40);
const texts = [
  "beats estimates",
  "misses estimates",
  "profit warning",
  "shares surge 20%",
  "opens an office",
  "not profitable",
  "BEATS estimates!",
];

const item = (hours: number, text: string, fields: Partial<NewsItem> = {}): NewsItem => ({
  publishedAt: hours * hour,
  source: "",
  symbols: ["A"],
  text,
  ...fields,
});

const heardFrom = async (items: readonly NewsItem[], params: z.input<typeof desk> = { symbol: "A" }, scorer = lexiconScorer) =>
  hearNews(items, desk.parse(params), scorer);

/** The columns that news add, over the bars. */
function matrixOf(heard: HeardColumns, own = bars, params: z.input<typeof column> = {}): Float32Array {
  const { values, width, rows } = withAsOf(pipeline, [newsColumns(column.parse(params), heard, "identity")]).batch(own);
  return Float32Array.from(
    { length: rows * (width - 1) },
    (_, index) => values[Math.floor(index / (width - 1)) * width + 1 + (index % (width - 1))]!,
  );
}

/** Numbers of two digits; a double of a range is most often next to nothing. */
const hundredths = (min: number, max: number) => fc.integer({ min: 100 * min, max: 100 * max }).map((value) => value / 100);

/** The mood by its formulas, looking through everything. */
function plainMood(news: readonly HeardNews[], time: number, halfLifeMs: number, prior: number): number[] {
  const known = news.filter(({ knownAt }) => knownAt <= time);
  const decay = ({ knownAt }: HeardNews) => 2 ** (-(time - knownAt) / halfLifeMs);
  const sum = (value: (each: HeardNews) => number) => known.reduce((total, each) => total + decay(each) * value(each), 0);
  const weights = sum(({ weight }) => weight);
  const trusted = sum(({ weight, confidence }) => weight * confidence);
  const scores = sum(({ weight, confidence, score }) => weight * confidence * score);
  const mean = trusted > 0 ? scores / trusted : 0;
  const spread = sum(({ weight, confidence, score }) => weight * confidence * (score - mean) ** 2);
  const novelties = sum(({ weight, novelty }) => weight * novelty);
  return [scores / (trusted + prior), Math.log1p(weights), trusted > 0 ? Math.sqrt(spread / trusted) : 0, novelties / (weights + prior)];
}

describe("the mood of news", () => {
  test("of one sure good piece is a half, and a third after a half-life", () => {
    const mood = new NewsMood({ halfLifeMs: dayMs, prior: 1 });
    const out = new Float64Array(4);
    mood.hear({ knownAt: 0, score: 1, confidence: 1, weight: 1, novelty: 0.5 });
    mood.read(0, out);
    expect([...out]).toEqual([0.5, Math.LN2, 0, 0.25]);
    mood.read(dayMs, out);
    expect([...out]).toEqual([0.5 / 1.5, Math.log1p(0.5), 0, 0.25 / 1.5]);
    mood.read(0, out); // Reading has changed nothing.
    expect(out[0]).toBe(0.5);
  });

  test("of two that disagree is neutral, with the spread of a coin", () => {
    const mood = new NewsMood({ halfLifeMs: dayMs, prior: 1 });
    const out = new Float64Array(4);
    for (const score of [1, -1]) mood.hear({ knownAt: 5, score, confidence: 0.5, weight: 2, novelty: 1 });
    mood.read(5, out);
    expect([...out]).toEqual([0, Math.log1p(4), 1, 0.8]);
  });

  test("follows its formulas", () => {
    const news = fc.array(
      fc.record({
        knownAt: fc.integer({ min: 0, max: 40 * 24 }).map((hours) => hours * hour),
        score: hundredths(-1, 1),
        confidence: hundredths(0, 1),
        weight: hundredths(0, 3),
        novelty: hundredths(0, 1),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(news, fc.integer({ min: 1, max: 200 }), hundredths(0.1, 5), (raw, halfLifeHours, prior) => {
        const ordered = raw.toSorted((left, right) => left.knownAt - right.knownAt);
        const mood = new NewsMood({ halfLifeMs: halfLifeHours * hour, prior });
        const out = new Float64Array(moodOutputs.length);
        let next = 0;
        for (let time = 0; time <= 40 * dayMs; time += dayMs) {
          while (next < ordered.length && ordered[next]!.knownAt <= time) mood.hear(ordered[next++]!);
          mood.read(time, out);
          const plain = plainMood(ordered, time, halfLifeHours * hour, prior);
          for (const [index, value] of out.entries()) expect(value).toBeCloseTo(plain[index]!, index === 2 ? 5 : 9);
        }
      }),
      { seed: 8 },
    );
  });
});

describe("news as columns", () => {
  test("say nothing before a piece is known, its lag included", async () => {
    const { heard } = await heardFrom([item(30, "shares surge 20%")], { symbol: "A", lagMinutes: 18 * 60 });
    const scores = matrixOf(heard, sliceBars(bars, 0, 4), { outputs: ["score"] });
    expect(scores[0]).toBe(0);
    expect(scores[1]).toBeGreaterThan(0); // Known at the very moment at which the second bar closes.
    const later = (await heardFrom([item(30, "shares surge 20%")], { symbol: "A", lagMinutes: 18 * 60 + 1 })).heard;
    expect(matrixOf(later, sliceBars(bars, 0, 4), { outputs: ["score"] })[1]).toBe(0);
  });

  test("count by symbol and source, and no repetition", async () => {
    const items = [
      item(1, "beats estimates", { source: "wire" }),
      item(2, "RT @a: Beats estimates", { source: "wire" }),
      item(3, "estimates beats", { source: "wire" }),
      item(4, "beats estimates", { symbols: ["B"] }),
      item(5, "misses estimates", { source: "spam" }),
      item(6, "raises guidance", { source: "blog", symbols: [] }),
    ];
    const { heard, count } = await heardFrom(items, { symbol: "a", sourceWeights: { wire: 2, spam: 0 }, otherSources: 0.5 });
    expect(count).toEqual({ given: 6, other: 2, exactRepeats: 1, nearRepeats: 1, heard: 2 });
    expect([...(heard.weight as Float64Array)]).toEqual([2, 0.5]);
    expect([...(heard.novelty as Float64Array)]).toEqual([1, 1]);
    expect((await heardFrom(items, {})).count.heard).toBe(4);
  });

  test("of one symbol are the same whichever others a post names, and whatever the order of a file", async () => {
    const items = [
      item(1, "beats estimates", { symbols: ["A", "B"] }),
      item(1, "beats estimates"),
      item(1, "raises guidance", { source: "wire" }),
      item(1, "raises guidance and more", { source: "blog" }),
    ];
    const [here, there] = [await heardFrom(items), await heardFrom(items.toReversed())];
    expect(here.count).toMatchObject({ exactRepeats: 1, heard: 3 });
    expect(there).toEqual(here);
  });

  test("know how new words are: shared over all words, of the likeliest of the days before", async () => {
    const { heard } = await heardFrom([item(0, "a b c d"), item(1, "a b c e"), item(2, "x y"), item(200, "a b c f")]);
    expect([...(heard.novelty as Float64Array)]).toEqual([1, 1 - 3 / 5, 1, 1]);
  });

  test("take scores that came with them", async () => {
    const scorer = givenScorer({ neutral: 3, span: 2 });
    const { heard } = await heardFrom(
      [item(0, "a", { score: 5 }), item(1, "b", { score: 2 }), item(2, "c"), item(3, "d", { score: -9 })],
      {},
      scorer,
    );
    expect([...(heard.score as Float64Array)]).toEqual([1, -0.5, 0, -1]);
    expect([...(heard.confidence as Float64Array)]).toEqual([1, 1, 0, 1]);
    await expect(heardFrom([item(0, "a")], {}, scorer)).rejects.toMatchObject({ code: "data/missing-column" });
  });

  const anyNews = fc.array(
    fc.record({
      hours: fc.integer({ min: 0, max: 40 * 24 }),
      text: fc.constantFrom(...texts),
      source: fc.constantFrom("", "wire", "blog"),
      symbols: fc.constantFrom(["A"], ["B"], ["A", "B"], []),
    }),
    { maxLength: 40 },
  );
  const newsOf = (raw: readonly { hours: number; text: string; source: string; symbols: readonly string[] }[]) =>
    raw.map(({ hours, text, ...fields }) => item(hours, text, fields));
  const params = { symbol: "A", lagMinutes: 90, sourceWeights: { blog: 0.3 } };

  test("say the same up to a moment whatever is published after it, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(anyNews, anyNews, fc.integer({ min: 1, max: 40 }), async (raw, others, days) => {
        const now = newsOf(raw);
        const isPast = ({ publishedAt }: NewsItem) => publishedAt + 90 * 60_000 <= days * dayMs;
        const changed = [...now.filter(isPast), ...newsOf(others).filter((each) => !isPast(each))];
        const seen = sliceBars(bars, 0, days);
        const [here, there] = [(await heardFrom(now, params)).heard, (await heardFrom(changed, params)).heard];
        expect(new Uint8Array(matrixOf(there, seen).buffer)).toEqual(new Uint8Array(matrixOf(here, seen).buffer));
        const known = [...(here.knownAt as Float64Array)].filter((time) => time <= days * dayMs).length;
        expect(heardHash(there, known)).toBe(heardHash(here, known));
      }),
      { seed: 9, numRuns: 60 },
    );
  });

  test("heard as they come, between bars, give what they give all at once, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(anyNews, async (raw) => {
        const atOnce = new Map(newsOf(raw).map((each) => [each.publishedAt, each])); // One a moment: only time tells their order on a wire.
        const items = [...atOnce.values()].toSorted((left, right) => left.publishedAt - right.publishedAt);
        const wire = new NewsWire(desk.parse(params), lexiconScorer);
        const stream = withAsOf(pipeline, [newsColumns(column.parse({}), wire, "identity")]).stream();
        const row = new Float32Array(stream.width);
        const rows: number[] = [];
        let next = 0;
        for (let index = 0; index < bars.close.length; index++) {
          const bar = readBar(bars, index, emptyBar());
          for (; next < items.length && items[next]!.publishedAt <= bar.closeTime; next++)
            await wire.hear(items[next]!, items[next]!.publishedAt);
          stream.update(bar, row);
          rows.push(...row.subarray(1));
        }
        const { heard, count } = await heardFrom(items, params);
        expect(Float32Array.from(rows)).toEqual(matrixOf(heard));
        expect(wire.count).toEqual(count);
      }),
      { seed: 10, numRuns: 60 },
    );
  });

  test("that arrive late count from when they arrived", async () => {
    const wire = new NewsWire(desk.parse({}), lexiconScorer);
    await wire.hear(item(10, "beats estimates"), 50 * hour);
    await wire.hear(item(11, "misses estimates"), 40 * hour);
    expect(wire.knownAt).toEqual([50 * hour, 50 * hour]);
  });

  test("look at nothing that comes later, as the audit says", async () => {
    const { heard } = await heardFrom(Array.from({ length: 60 }, (_, index) => item(index * 13, `${texts[index % 7]!} ${index}`)));
    expect(auditLookahead(withAsOf(pipeline, [newsColumns(column.parse({}), heard, "x")]), bars, new Random(3))).toEqual([]);
  });

  test("are named for their outputs", () => {
    const { names } = newsColumns(
      column.parse({ name: "posts", outputs: ["count", "score"] }),
      new NewsWire(desk.parse({}), lexiconScorer),
      "x",
    );
    expect(names).toEqual(["posts-count", "posts"]);
    expect(() => column.parse({ outputs: ["score", "score"] })).toThrow("once");
  });
});
