import { parseParams, Random, secretsOf, UserError } from "../base/index.ts";
import {
  type BarPage,
  type CatalogEntry,
  formatImportReport,
  type ImportReport,
  joinPages,
  type RemoteSource,
  type Store,
} from "../data/index.ts";
import { storeName } from "./data-import.ts";
import { sampleNames } from "./data-sets.ts";
import { remoteSource } from "./data-sources.ts";
import { homeAt } from "./home.ts";
import { storeAt } from "./store-at.ts";
import type { Situation } from "./use-cases.ts";

/** What is to be downloaded, from where, and what it is to be called. */
export interface FetchRequest {
  readonly source: string;
  /** The source's parameters, as a person gave them. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The name in the store; of symbol and interval unless given. */
  readonly name?: string | undefined;
  /** Download all anew rather than what follows the stored bars. */
  readonly replace?: boolean | undefined;
  readonly home?: string | undefined;
}

/** What a download brought. Times are bar-close, ms since the epoch, UTC. */
export interface FetchedData {
  readonly name: string;
  /** Of what is stored now. */
  readonly contentHash: string;
  readonly bars: number;
  readonly range: { readonly from: number; readonly to: number };
  readonly actions: number;
  /** How many bars are new. */
  readonly added: number;
  /** Stopped before the end: run it again to go on. */
  readonly stopped: boolean;
  /** What was found in the new bars; null where there are none. */
  readonly report: ImportReport | null;
  readonly text: string;
}

const dayMs = 86_400_000;
const rowsAtOnce = 20_000;
const storeEveryMs = 5000;

/**
 * Downloads bars and corporate actions into the store, piece after piece, so that what was stored before an interruption is not
 * asked for again; a data set that is there already is gone on with. A clean stop stores what has come.
 */
export async function fetchData(request: FetchRequest, { cwd, clock, signal, progress }: Situation): Promise<FetchedData> {
  const source = remoteSource(request.source);
  const params: Record<string, unknown> = parseParams(source.params, request.params, "");
  const name = nameOf(request, source, params);
  const store = storeAt(homeAt(cwd, request.home));
  const stored = request.replace ? undefined : (await store.list()).find((entry) => entry.name === name);
  if (stored) refuseAnotherRequest(stored, source, params);
  const download = new Download(source, store, name, stored);
  const after = stored && (await lastKnown(store, stored, isRestated(params)));
  const context = {
    clock,
    random: new Random(Math.floor(clock.now())),
    signal,
    onProgress: progress,
    ...(stored && { after, instrument: stored.series[0]!.instrument }),
  };
  let lastStored = clock.elapsed();
  let stopped = false;
  try {
    for await (const page of source.pages(params, context)) {
      download.add(page);
      progress({ stage: "fetch", fraction: page.fraction, message: download.text });
      if (download.waiting < rowsAtOnce && clock.elapsed() - lastStored < storeEveryMs) continue;
      await download.store();
      lastStored = clock.elapsed();
    }
  } catch (error) {
    await download.store(); // Whatever went wrong: what has come is kept.
    if (!signal.aborted || error !== signal.reason || download.entry === undefined) throw error;
    stopped = true;
  }
  await download.store();
  return download.result(stopped);
}

function nameOf({ name }: FetchRequest, { params: shape, name: source }: RemoteSource, params: Readonly<Record<string, unknown>>): string {
  if (name !== undefined) return name;
  const parts = [params["symbol"] ?? source, params["interval"], isRestated(params) ? params["adjustment"] : undefined];
  const secret = secretsOf(shape).map(({ field }) => params[field]);
  const made = storeName(parts.filter((part) => typeof part === "string" && !secret.includes(part)).join("-"));
  return sampleNames.includes(made) ? `${made}-${source}` : made;
}

/** Prices that the vendor restates: those of yesterday may be others tomorrow. */
const isRestated = ({ adjustment }: Readonly<Record<string, unknown>>): boolean => adjustment !== undefined && adjustment !== "raw";

/**
 * The close after which bars are wanted: the last one stored. Of restated prices that one is asked for again, so that the store sees
 * whether they have been restated since.
 */
async function lastKnown(store: Store, { name, range, series, rows }: CatalogEntry, restated: boolean): Promise<number> {
  if (series.length > 1) {
    throw new UserError("usage/invalid-option", `the data set "${name}" holds ${series.length} instruments`, {
      path: "--name",
      hint: "Give another name with --name: a download goes on with a data set of one.",
    });
  }
  if (!restated || rows < 2) return range.to;
  const interval = series[0]!.intervalMs ?? 0;
  for (let length = 10 * interval; ; length *= 10) {
    const { closeTime } = (await store.load(name, { from: range.to - length })).bars;
    if (closeTime.length > 1) return closeTime.at(-2)!;
    if (closeTime.length === rows || !(length > 0)) return range.to;
  }
}

/** Takes pages and stores them, several at once. */
class Download {
  entry: CatalogEntry | undefined;
  text = "nothing yet";
  private readonly source: RemoteSource;
  private readonly place: Store;
  private readonly name: string;
  private readonly isFresh: boolean;
  private readonly pages: BarPage[] = [];
  private unstored: BarPage[] = [];
  private added = 0;

  constructor(source: RemoteSource, place: Store, name: string, stored: CatalogEntry | undefined) {
    this.source = source;
    this.place = place;
    this.name = name;
    this.entry = stored;
    this.isFresh = stored === undefined;
  }

  /** Bars that wait to be stored. */
  get waiting(): number {
    return rowsIn(this.unstored);
  }

  add(page: BarPage): void {
    this.pages.push(page);
    this.unstored.push(page);
    const last = this.pages.findLast(({ bars }) => bars.closeTime.length > 0)?.bars.closeTime.at(-1);
    if (last !== undefined) this.text = `${rowsIn(this.pages).toLocaleString("en-US")} bars to ${dayOf(last)}`;
  }

  async store(): Promise<void> {
    if (this.waiting === 0) return;
    const dataSet = joinPages(this.source.name, this.unstored);
    if (this.entry) refuseAnotherSeries(this.entry, dataSet.lineage.file);
    const calendar = dataSet.report.gaps.calendar;
    const provenance = { ...dataSet, origin: dataSet.lineage.file, ...(calendar !== undefined && { calendar }) };
    if (this.isFresh && this.added === 0) {
      this.entry = await this.place.put(this.name, provenance);
      this.added = this.waiting;
    } else {
      // Events that vendors add late come once more, and some are from before the first bar: they move nobody's holdings.
      const since = (this.entry?.range.from ?? -Infinity) - dayMs;
      const actions = dataSet.actions?.filter(({ timeMs }) => timeMs >= since);
      const { entry, added } = await this.place.append(this.name, { ...provenance, actions });
      this.entry = entry;
      this.added += added;
    }
    this.unstored = [];
  }

  result(stopped: boolean): FetchedData {
    const { entry, pages, added, name } = this;
    const report = rowsIn(pages) > 0 ? joinPages(this.source.name, pages).report : null;
    if (entry === undefined) {
      joinPages(this.source.name, pages); // Says that there is nothing.
      throw new UserError("data/empty", `${this.source.name} sent no bars`, { path: "source", hint: "Ask for another time." });
    }
    const actions = entry.series.reduce((sum, series) => sum + series.actions.length, 0);
    const { contentHash, rows: bars, range } = entry;
    return {
      name,
      contentHash,
      bars,
      range,
      actions,
      added,
      stopped,
      report,
      text: textOf(name, { added, stopped, report, range, bars, actions }),
    };
  }
}

const rowsIn = (pages: readonly BarPage[]): number => pages.reduce((sum, { bars }) => sum + bars.closeTime.length, 0);
const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** A download goes on only with what came from the same place and was asked for in the same way. */
function refuseAnotherRequest(
  entry: CatalogEntry,
  { name }: RemoteSource,
  { symbol, interval, adjustment }: Record<string, unknown>,
): void {
  const asked = [symbol, interval, adjustment].filter((word) => word !== undefined).join(" ");
  const { from } = entry.lineage.at(-1)!;
  if (from.source !== name || !from.file.includes(asked)) throw anotherSeries(entry, `${name}: ${asked}`);
}

/** The same by what the source says that it sent. */
function refuseAnotherSeries(entry: CatalogEntry, series: string): void {
  if (entry.lineage.at(-1)!.from.file !== series) throw anotherSeries(entry, series);
}

const anotherSeries = ({ name, lineage }: CatalogEntry, series: string): UserError =>
  new UserError("data/conflict", `"${name}" holds ${lineage.at(-1)!.from.file}, and this is ${series}`, {
    path: "--name",
    hint: "Give another name with --name, or replace what is there with --replace.",
  });

function textOf(
  name: string,
  { added, stopped, report, range, bars, actions }: Pick<FetchedData, "added" | "stopped" | "report" | "range" | "bars" | "actions">,
): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const holds = `"${name}" holds ${number(bars)} bars, ${dayOf(range.from)} to ${dayOf(range.to)}, and ${number(actions)} corporate action${actions === 1 ? "" : "s"}.`;
  return [
    ...(report === null ? [] : [formatImportReport(report), ""]),
    added === 0 ? `Nothing new. ${holds}` : `${number(added)} bars stored. ${holds} Use it with --data ${name}.`,
    ...(stopped ? ["Stopped before the end: run the command again to go on."] : []),
  ].join("\n");
}
