import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert, Random } from "../base/index.ts";
import { loadSource, sources } from "../data/index.ts";
import { type Bars, emptyBar, readBar, sliceBars } from "../domain/index.ts";
import { auditLookahead } from "./audit-lookahead.ts";
import { defineExperiment, type ExperimentInput } from "./experiment.ts";
import { readExperiment } from "./experiment-file.ts";
import { describeKnown, hashedFiles, knownColumns, type KnownData, knownUntil, loadKnown, refuseOtherFiles } from "./known-columns.ts";
import { loadTradingModel } from "./model.ts";
import { runExperiment } from "./run-experiment.ts";
import { expectSeenAlike } from "./testing/seen-alike.ts";
import { standingClock, syntheticDataSet, temporaryFolders, tinyExperiment, tinyJob, walkDataSet } from "./testing/tiny.ts";
import { writeTinyBert } from "./testing/tiny-bert.ts";
import { runTrainingJob, type TrainingJob } from "./training-job.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const dataSet = walkDataSet();
const { bars } = dataSet;
const { symbol } = bars.instrument;
const isoOf = (time: number) => new Date(time).toISOString();
const sentences = ["beats estimates", "misses estimates by 5 %", "shares surge", "opens an office", "cuts guidance", "record profit"];

/** A line of values and one of posts for each bar from `from` on, drawn from a seed; the posts come half an hour before its close. */
function linesOf({ closeTime }: Bars, seed: number, from = 0): { readonly series: string[]; readonly news: string[] } {
  const random = new Random(seed);
  const series: string[] = [];
  const news: string[] = [];
  closeTime.forEach((time, row) => {
    const [value, sentence] = [20 + random.normal(), sentences[random.below(sentences.length)]!];
    if (row < from) return;
    series.push(`${isoOf(time - 1000)},${value}`);
    news.push(`${isoOf(time - 1_800_000)},${symbol},"${sentence} ${row}"`);
  });
  return { series, news };
}

/** Writes both files, with another future from row `changedFrom` on. */
function writeFiles(changedFrom = Infinity, folder = mkdtempSync(join(folders.root, "files-"))) {
  const [here, there] = [linesOf(bars, 1), linesOf(bars, 2)];
  const mixed = (kind: "series" | "news") => here[kind].map((line, row) => (row < changedFrom ? line : there[kind][row]!));
  const files = { series: join(folder, "fear.csv"), news: join(folder, "posts.csv") };
  writeFileSync(files.series, `time,fear\n${mixed("series").join("\n")}\n`);
  writeFileSync(files.news, `time,symbol,text\n${mixed("news").join("\n")}\n`);
  return files;
}

const files = writeFiles();
const features = [
  { indicator: "log-return", name: "return" },
  { indicator: "rolling-volatility", params: { period: 10 }, name: "volatility" },
];
const knownOf = ({ series, news }: ReturnType<typeof writeFiles>) =>
  ({
    series: [{ file: series, name: "fear" }],
    news: [{ file: news, name: "posts", lagMinutes: 15 }],
  }) satisfies ExperimentInput;
const added = ["fear", "fear-age", "posts", "posts-count", "posts-dispersion", "posts-novelty"];
const regimes = [{ kind: "clusters" as const, name: "cluster", columns: ["volatility", "fear"] }];

const withoutFile = ({ spec: { file: _file, ...spec }, ...rest }: KnownData) => ({ ...rest, spec });
const specsOf = (input: ExperimentInput) => defineExperiment({ features, ...input });
const dataUntil = async (input: ExperimentInput, time: number) => knownUntil(await loadKnown(specsOf(input), symbol), time);

describe("dated values and news among the features", () => {
  let job: TrainingJob;
  beforeAll(async () => {
    job = tinyJob(folders.fresh(), { features, regimes, known: await dataUntil(knownOf(files), bars.closeTime.at(-1)!) });
    await runTrainingJob(job);
  });

  test("are columns behind them and before regimes, which may read them, and are saved with the model", async () => {
    const { pipeline, manifest } = await loadTradingModel(job.modelFolder);
    expect(pipeline.names).toEqual(["return", "volatility", ...added, "cluster"]);
    expect(manifest.trading.known.map(({ kind, spec }) => [kind, spec.file])).toEqual([
      ["series", files.series],
      ["news", files.news],
    ]);
    const { values, width, rows, firstReady } = pipeline.batch(bars);
    expect(firstReady).toBe(pipeline.warmup);
    expect(values.subarray(firstReady * width, rows * width).every(Number.isFinite)).toBe(true);
  });

  test("are seen in a session as in training, bit for bit", () => expectSeenAlike(job.modelFolder, bars));

  test("may grow after the training, and must not change before its end", async () => {
    const half = sliceBars(bars, 0, 200);
    const own = writeFiles();
    const early = tinyJob(folders.fresh(), { features, bars: half, known: await dataUntil(knownOf(own), half.closeTime.at(-1)!) });
    await runTrainingJob(early);
    const before = await loadTradingModel(early.modelFolder);
    writeFiles(200, join(own.series, ".."));
    const after = await loadTradingModel(early.modelFolder);
    expect(after.pipeline.hash).toBe(before.pipeline.hash);
    const [here, there] = [before.pipeline.batch(bars), after.pipeline.batch(bars)];
    expect(there.values.subarray(0, 200 * there.width)).toEqual(here.values.subarray(0, 200 * here.width));
    expect(there.values).not.toEqual(here.values);
    writeFiles(199, join(own.series, ".."));
    await expect(loadTradingModel(early.modelFolder)).rejects.toMatchObject({ code: "data/changed", path: own.series });
    writeFiles(Infinity, join(own.series, ".."));
    writeFileSync(own.news, readFileSync(own.news, "utf8").replace("beats", "meets"));
    await expect(loadTradingModel(early.modelFolder)).rejects.toMatchObject({ code: "data/changed", path: own.news });
  });

  test("that are gone are told by name", async () => {
    const manifest = readFileSync(join(job.modelFolder, "manifest.json"), "utf8");
    const moved = folders.fresh();
    for (const file of ["policy.onnx"]) writeFileSync(join(moved, file), readFileSync(join(job.modelFolder, file)));
    writeFileSync(join(moved, "manifest.json"), manifest.replaceAll("fear.csv", "gone.csv"));
    await expect(loadTradingModel(moved)).rejects.toMatchObject({ code: "data/unreadable", message: expect.stringContaining("gone.csv") });
  });
});

test("the look-ahead audit looks at them too", async () => {
  const short = sliceBars(bars, 0, 120);
  const { subjects, passed } = await auditLookahead(tinyExperiment({ features, ...knownOf(files) }), short, { rounds: 1 });
  expect(passed).toBe(true);
  expect(subjects.some(({ kind, name }) => kind === "pipeline" && name === `tiny with ${added.join(", ")}`)).toBe(true);
});

describe("an experiment with dated values and news", () => {
  const run = async (own: ReturnType<typeof writeFiles>) => {
    const outcome = await runExperiment({
      experiment: tinyExperiment({ seeds: [1], walkForward: { folds: 0 }, totalSteps: 256, features, ...knownOf(own) }),
      dataSet,
      folder: folders.fresh(),
      clock: standingClock(),
    });
    assert(outcome, "nothing stopped it");
    return outcome.report;
  };

  test("has learned nothing of what was known after its training, and is told by content and not by place", async () => {
    const [here, another] = [await run(files), writeFiles(240)];
    for (const name of added) expect(here.observation!.features).toContain(name);
    const [learned, unseen] = [bars.closeTime[239]!, bars.closeTime[240]!];
    expect(await dataUntil(knownOf(another), learned)).toMatchObject((await dataUntil(knownOf(files), learned)).map(withoutFile));
    expect(await dataUntil(knownOf(another), unseen)).not.toMatchObject((await dataUntil(knownOf(files), unseen)).map(withoutFile));
    const described = async (own: typeof files) => describeKnown(await loadKnown(specsOf(knownOf(own)), symbol));
    expect(await described(writeFiles())).toEqual(await described(files));
    expect(await described(another)).not.toEqual(await described(files));
    expect(JSON.stringify(here)).not.toContain(folders.root);
    expect(here.experiment["series"]).toMatchObject([{ file: { file: "fear.csv", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
  });

  test("may have a text classifier read them, or take scores of others", async () => {
    const folder = join(folders.fresh(), "model");
    writeTinyBert(folder);
    const news = [{ file: files.news, scorer: { kind: "onnx" as const, folder } }];
    const byModel = knownColumns(await dataUntil({ news }, Infinity))[0]!;
    const byLexicon = knownColumns(await dataUntil({ news: [{ file: files.news }] }, Infinity))[0]!;
    expect(byModel.hash).not.toBe(byLexicon.hash);
    const [model, lexicon] = [byModel, byLexicon].map((columns) => {
      const [next, out] = [columns.start(), new Float64Array(columns.names.length)];
      return Array.from(bars.closeTime, (_, row) => (next(readBar(bars, row, emptyBar()), out), out[0]!));
    });
    expect(model!.every((value) => Number.isFinite(value) && Math.abs(value) < 1)).toBe(true);
    expect(model).not.toEqual(lexicon);
    const given = [{ file: files.news, scorer: { kind: "given" as const } }];
    await expect(dataUntil({ news: given }, Infinity)).rejects.toMatchObject({ code: "data/missing-column" });
  });

  test("refuses news about nobody, and says about whom there are some", async () => {
    const news = [{ file: files.news, symbol: "ZZZ" }];
    await expect(dataUntil({ news }, Infinity)).rejects.toMatchObject({
      code: "data/empty",
      path: "experiment.news.0.symbol",
      hint: expect.stringContaining(symbol),
    });
    const series = [{ file: files.series, name: "fear", value: "greed" }];
    await expect(dataUntil({ series }, Infinity)).rejects.toMatchObject({ code: "data/missing-column", path: "experiment.series.0.value" });
  });

  test("tells what its files held", async () => {
    const told: string[] = [];
    await loadKnown(specsOf(knownOf(files)), symbol, ({ message }) => told.push(message));
    expect(told).toEqual([
      "fear.csv: 400 values, one at a time, 0 missing, 0 revisions",
      "posts.csv: 400 texts, 0 about others, 0 repetitions, 400 heard",
    ]);
  });

  test("finds its files beside its own, and knows when they have changed", async () => {
    const folder = folders.fresh();
    const own = writeFiles(Infinity, folder);
    const experiment = { name: "dated", series: [{ file: "fear.csv", name: "fear" }], news: [{ file: "posts.csv" }] };
    writeFileSync(join(folder, "dated.json"), JSON.stringify(experiment));
    const read = await readExperiment(basename("dated.json"), folder);
    expect([read.series![0]!.file, read.news![0]!.file]).toEqual([own.series, own.news]);
    const begun = await hashedFiles(read, "anywhere");
    expect(begun.map(({ path }) => path)).toEqual([own.series, own.news]);
    await refuseOtherFiles(begun, "run-1");
    writeFiles(390, folder);
    await expect(refuseOtherFiles(begun, "run-1")).rejects.toMatchObject({ code: "data/changed", path: own.series });
  });

  const series = (fields: object) => ({ series: [{ file: "x.csv", name: "x", ...fields }] });
  test.each<[string, object, string]>([
    ["a name that is there", series({ name: "return" }), "series.0.name"],
    ["a name that news have", { ...series({ name: "news" }), news: [{ file: "x.csv" }] }, "news.0.name"],
    ["a misspelt field", series({ lagdays: 3 }), "series.0.lagdays"],
    ["no file", { news: [{}] }, "news.0.file"],
    ["an unknown scorer", { news: [{ file: "x.csv", scorer: { kind: "oracle" } }] }, "news.0.scorer.kind"],
    ["a negative lag", { news: [{ file: "x.csv", lagMinutes: -1 }] }, "news.0.lagMinutes"],
    ["an output twice", { news: [{ file: "x.csv", outputs: ["score", "score"] }] }, "news.0.outputs"],
    ["none", { series: [] }, "series"],
    [
      "regimes of a column that it has not",
      { ...series({}), regimes: [{ kind: "clusters", name: "c", columns: ["y"] }] },
      "regimes.0.columns.0",
    ],
  ])("with %s is refused", (_, fields, path) => {
    expect(() => defineExperiment({ features, ...fields } as ExperimentInput)).toThrow(
      expect.objectContaining({ code: "config/invalid", path: `experiment.${path}` }),
    );
  });

  test("without them has the hash that it had", () => {
    expect(Object.keys(defineExperiment({}))).not.toContain("series");
    expect(Object.keys(defineExperiment({}))).not.toContain("news");
  });
});

const shared = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(shared);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real posts are learned from here.");

test.skipIf(!isThere)(
  "Apple's bars, what was posted about it, and the VIX, from files to a judged agent",
  async () => {
    const { bars: all } = await loadSource(sources.aapl);
    const from = all.closeTime.findIndex((time) => time > Date.UTC(2014, 0, 6));
    const to = all.closeTime.findIndex((time) => time > Date.UTC(2015, 6, 1));
    const apple = { ...syntheticDataSet(sliceBars(all, from, to)), synthetic: false };
    const experiment = tinyExperiment({
      seeds: [1],
      walkForward: { folds: 0 },
      totalSteps: 256,
      features,
      series: [
        { file: `${shared}index_macro_daily/vix.csv.gz`, name: "vix", form: "log-change" },
        { file: `${shared}index_macro_daily/vix.csv.gz`, name: "fear", maxAgeDays: 10 },
        {
          file: `${shared}rates_oecd/short_term_interest_USA_EA19_JPN_GBR.csv.gz`,
          name: "rate",
          where: { LOCATION: "USA", FREQUENCY: "M" },
          lagDays: 45,
        },
      ],
      news: [{ file: `${shared}tweets_stocknet/tweets.csv.gz`, name: "tweets", lagMinutes: 5, halfLifeHours: 12 }],
    });
    const outcome = await runExperiment({
      experiment,
      dataSet: apple,
      folder: folders.fresh(),
      clock: standingClock(),
    });
    assert(outcome, "nothing stopped it");
    const { pipeline, manifest } = await loadTradingModel(outcome.modelFolder);
    expect(pipeline.names.slice(2)).toEqual([
      "vix",
      "vix-age",
      "fear",
      "fear-age",
      "rate",
      "rate-age",
      "tweets",
      "tweets-count",
      "tweets-dispersion",
      "tweets-novelty",
    ]);
    expect(outcome.report.observation!.features).toEqual(expect.arrayContaining([...pipeline.names]));
    const news = manifest.trading.known.at(-1)!;
    expect(news).toMatchObject({ kind: "news", spec: { symbol: "AAPL" } });

    // Streamed, the columns are those of the batch, byte for byte; and cut off anywhere, those of the whole.
    const { values, width, rows } = pipeline.batch(apple.bars);
    const [stream, row, bar] = [pipeline.stream(), new Float32Array(width), emptyBar()];
    for (let index = 0; index < rows; index++) {
      stream.update(readBar(apple.bars, index, bar), row);
      expect(new Uint8Array(row.slice().buffer)).toEqual(new Uint8Array(values.slice(index * width, (index + 1) * width).buffer));
    }
    const middle = apple.bars.closeTime[150]!;
    const files = await loadKnown(experiment, "AAPL");
    const columnsAt = (time: number) => {
      const [next, out] = [
        knownColumns(knownUntil(files, time)).map((columns) => ({ next: columns.start(), out: new Float64Array(columns.names.length) })),
        emptyBar(),
      ];
      return Array.from({ length: 151 }, (_, index) =>
        next.map((each) => (each.next(readBar(apple.bars, index, out), each.out), [...each.out])),
      );
    };
    expect(columnsAt(middle)).toEqual(columnsAt(Infinity));
  },
  60_000,
);
