import { basename } from "node:path";
import { z } from "zod";
import { hashOf, type OnProgress, UserError } from "../base/index.ts";
import {
  countKnown,
  type DatedSeries,
  fileSha256,
  type NewsReport,
  readNews,
  readSeries,
  seriesHash,
  type SeriesReport,
  seriesUntil,
} from "../data/index.ts";
import {
  type AsOfColumns,
  givenScorer,
  type HeardColumns,
  heardHash,
  hearNews,
  lexiconScorer,
  newsColumns,
  type NewsCount,
  openTextModel,
  seriesColumns,
  type TextScorer,
} from "../features/index.ts";
import { pathOf } from "./extensions.ts";
import { type KnownSpecs, NewsSpec, type ScorerSpec, SeriesSpec } from "./known-specs.ts";

/** What a column of features reads beside the bars: numbers that threads can be handed, and the hash of what decides them. */
export type KnownData =
  | { readonly kind: "series"; readonly spec: SeriesSpec; readonly identity: string; readonly series: DatedSeries }
  | { readonly kind: "news"; readonly spec: NewsSpec; readonly identity: string; readonly heard: HeardColumns };

/** A file of dated values or news, read, and the news scored. */
export type KnownFile =
  | { readonly kind: "series"; readonly spec: SeriesSpec; readonly series: DatedSeries; readonly report: SeriesReport }
  | {
      readonly kind: "news";
      readonly spec: NewsSpec;
      readonly scorer: string;
      readonly heard: HeardColumns;
      readonly report: NewsReport;
      readonly count: NewsCount;
    };

/** What a model's manifest says of such a file: how it is read, and the hash of what it said up to the last bar of the training. */
export const KnownRecord = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("series"), spec: SeriesSpec, identity: z.string() }),
  z.strictObject({ kind: z.literal("news"), spec: NewsSpec, identity: z.string() }),
]);

export type KnownRecord = z.output<typeof KnownRecord>;

/** Files that were read by this process, by what decides them; scoring news by a large model takes long, and each seed asks for it. */
const read = new Map<string, Promise<KnownFile>>();
const mostKept = 16;

function once(key: string, work: () => Promise<KnownFile>): Promise<KnownFile> {
  const kept = read.get(key);
  if (kept) return kept;
  const fresh = work();
  read.set(key, fresh);
  if (read.size > mostKept) read.delete(read.keys().next().value!);
  fresh.catch(() => read.delete(key)); // The file may be mended meanwhile.
  return fresh;
}

const readSeriesFile = async (spec: SeriesSpec): Promise<KnownFile> =>
  once(hashOf({ spec, sha256: await fileSha256(spec.file, basename(spec.file)) }), async () => ({
    kind: "series",
    spec,
    ...(await readSeries(spec.file, spec)),
  }));

async function readNewsFile(spec: NewsSpec, onProgress?: OnProgress): Promise<KnownFile> {
  const scorer = await openScorer(spec.scorer);
  const sha256 = await fileSha256(spec.file, basename(spec.file));
  return once(hashOf({ spec, sha256, scorer: scorer.identity }), async () => {
    const { items, report } = await readNews(spec.file, spec);
    const { heard, count } = await hearNews(items, spec, scorer, (done) =>
      onProgress?.({ stage: "news", fraction: Math.min(done / items.length, 1), message: `${report.file}: ${done} texts scored` }),
    );
    if (count.heard > 0) return { kind: "news", spec, scorer: scorer.identity, heard, report, count };
    const symbols = [...new Set(items.flatMap((item) => item.symbols))].slice(0, 10);
    throw new UserError("data/empty", `${report.file}: no news about ${spec.symbol ?? "anything"}`, {
      path: "symbol",
      hint: `Name whose news count with \`symbol\`; the file has ${symbols.join(", ") || "none by symbol"}.`,
    });
  });
}

/** Opens what says what news mean. */
export async function openScorer(spec: ScorerSpec): Promise<TextScorer> {
  if (spec.kind === "lexicon") return lexiconScorer;
  return spec.kind === "given" ? givenScorer(spec) : openTextModel(spec.folder, spec);
}

/** The files that an experiment names, by whole paths; relative ones are meant from `cwd`. */
export const withWholePaths = ({ series, news }: KnownSpecs, cwd: string): { series?: SeriesSpec[]; news?: NewsSpec[] } => ({
  ...(series && { series: series.map((spec) => ({ ...spec, file: pathOf(spec.file, cwd) })) }),
  ...(news && {
    news: news.map((spec) => ({
      ...spec,
      file: pathOf(spec.file, cwd),
      scorer: spec.scorer.kind === "onnx" ? { ...spec.scorer, folder: pathOf(spec.scorer.folder, cwd) } : spec.scorer,
    })),
  }),
});

/** Reads the files that an experiment names, and tells what they held. News count that are about `symbol`, unless they say whose do. */
export async function loadKnown(specs: KnownSpecs, symbol: string, onProgress?: OnProgress): Promise<KnownFile[]> {
  const { series = [], news = [] } = withWholePaths(specs, ".");
  const files: KnownFile[] = [];
  const add = async (path: string, read: () => Promise<KnownFile>) => {
    const file = await readAt(path, read);
    files.push(file);
    onProgress?.({ stage: "read", fraction: files.length / (series.length + news.length), message: toldOf(file) });
  };
  for (const [index, spec] of series.entries()) await add(`experiment.series.${index}`, () => readSeriesFile(spec));
  for (const [index, spec] of news.entries())
    await add(`experiment.news.${index}`, () => readNewsFile({ ...spec, symbol: spec.symbol ?? symbol }, onProgress));
  return files;
}

/** Reads a file; what is wrong with how it is meant to be read is told by the field of the experiment. */
async function readAt(at: string, read: () => Promise<KnownFile>): Promise<KnownFile> {
  try {
    return await read();
  } catch (error) {
    const [field] = error instanceof UserError ? (error.path?.split(".") ?? []) : [];
    if (!(error instanceof UserError) || field === undefined || !(field in SeriesSpec.shape || field in NewsSpec.shape)) throw error;
    throw new UserError(error.code, error.message, { path: `${at}.${error.path}`, hint: error.hint, cause: error });
  }
}

/** What a file held, in a line for whoever watches. */
function toldOf(file: KnownFile): string {
  const { report } = file;
  if (file.kind === "news") {
    const { given, other, exactRepeats, nearRepeats, heard } = file.count;
    return `${report.file}: ${given} texts, ${other} about others, ${exactRepeats + nearRepeats} repetitions, ${heard} heard`;
  }
  const { rows, periodKind, revisions } = file.report;
  return `${report.file}: ${rows.kept} values, one ${periodKind === "instant" ? "at a time" : `a ${periodKind}`}, ${rows.missing} missing, ${revisions} revisions`;
}

/** What the files said by a moment, and nothing of later. */
export const knownUntil = (files: readonly KnownFile[], time: number): KnownData[] =>
  files.map((file): KnownData => {
    const { kind, spec } = file;
    if (kind === "series") return { kind, spec, identity: identityAt(file, time), series: seriesUntil(file.series, time) };
    const count = countKnown(file.heard.knownAt, time);
    const cut = (column: ArrayLike<number>) => Float64Array.from({ length: count }, (_, index) => column[index]!);
    const { knownAt, score, confidence, weight, novelty, said } = file.heard;
    const heard = {
      knownAt: cut(knownAt),
      score: cut(score),
      confidence: cut(confidence),
      weight: cut(weight),
      novelty: cut(novelty),
      said: cut(said),
    };
    return { kind, spec, identity: identityAt(file, time), heard };
  });

/** The hash of what a file said by a moment, wherever it lies. */
const identityAt = (file: KnownFile, time: number): string =>
  file.kind === "series"
    ? seriesHash(seriesUntil(file.series, time))
    : hashOf({ scorer: file.scorer, heard: heardHash(file.heard, countKnown(file.heard.knownAt, time)) });

/** The columns for `withAsOf`. */
export const knownColumns = (data: readonly KnownData[]): AsOfColumns[] =>
  data.map((each) =>
    each.kind === "series"
      ? seriesColumns(columnPart(each.spec), each.series, each.identity)
      : newsColumns(newsPart(each.spec), each.heard, each.identity),
  );

/** What decides the numbers of columns and not where their file lies or how it is written. */
const columnPart = ({ name, form, periods, age, maxAgeDays, missing }: SeriesSpec) => ({ name, form, periods, age, maxAgeDays, missing });
const newsPart = ({ name, halfLifeHours, prior, outputs }: NewsSpec) => ({ name, halfLifeHours, prior, outputs });

/** What a model's manifest is to say of them. */
export const recordsOf = (data: readonly KnownData[]): KnownRecord[] =>
  data.map((each): KnownRecord =>
    each.kind === "series"
      ? { kind: each.kind, spec: each.spec, identity: each.identity }
      : { kind: each.kind, spec: each.spec, identity: each.identity },
  );

/**
 * Reads again what a model was trained with. What the files said by the last bar of its training must be the same, else it is
 * `data/changed`; what they say of later may have grown since.
 */
export async function reloadKnown(records: readonly KnownRecord[], trainedTo: number): Promise<KnownData[]> {
  const data: KnownData[] = [];
  for (const { kind, spec, identity } of records) {
    const file = kind === "series" ? await readSeriesFile(spec) : await readNewsFile(spec);
    if (identityAt(file, trainedTo) !== identity) {
      throw new UserError(
        "data/changed",
        `${basename(spec.file)} no longer says of the time before ${new Date(trainedTo).toISOString()} what it said when it was learned from`,
        {
          path: spec.file,
          hint: "Restore what the file said then, or train again. Later rows may be added, earlier ones must stay.",
        },
      );
    }
    data.push(
      file.kind === "series"
        ? { kind: "series", spec: file.spec, identity, series: file.series }
        : { kind: "news", spec: file.spec, identity, heard: file.heard },
    );
  }
  return data;
}

/** A file with the SHA-256 that it had. */
export const HashedFile = z.strictObject({ path: z.string(), sha256: z.string() });

export type HashedFile = z.output<typeof HashedFile>;

/** The files that an experiment names, with their hashes. */
export async function hashedFiles(specs: KnownSpecs, cwd: string): Promise<HashedFile[]> {
  const { series = [], news = [] } = withWholePaths(specs, cwd);
  const paths = [...new Set([...series, ...news].map((spec) => spec.file))];
  return Promise.all(paths.map(async (path) => ({ path, sha256: await fileSha256(path, basename(path)) })));
}

/** Refuses files that are no longer what a run began with. */
export async function refuseOtherFiles(begun: readonly HashedFile[], runId: string): Promise<void> {
  for (const { path, sha256 } of begun) {
    if ((await fileSha256(path, basename(path))) === sha256) continue;
    throw new UserError("data/changed", `${basename(path)} is no longer what run ${runId} began with`, {
      path,
      hint: "Restore the file, or start a new run.",
    });
  }
}

/** An experiment's files as reports and hashes tell of them: by name and content, wherever they lie. */
export function describeKnown(files: readonly KnownFile[]): Record<string, unknown> {
  const described = files.map((file) => {
    const { kind, spec, report } = file;
    const named = { file: report.file, sha256: report.sha256 };
    return {
      kind,
      spec:
        kind === "news" ? { ...spec, file: named, scorer: { kind: spec.scorer.kind, identity: file.scorer } } : { ...spec, file: named },
    };
  });
  const of = (wanted: KnownFile["kind"]) => described.filter(({ kind }) => kind === wanted).map(({ spec }) => spec);
  const [series, news] = [of("series"), of("news")];
  return { ...(series.length > 0 && { series }), ...(news.length > 0 && { news }) };
}
