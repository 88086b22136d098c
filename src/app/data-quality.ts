import {
  type CatalogEntry,
  checkBars,
  checkTogether,
  contentHash,
  formatQualityReport,
  formatTogetherReport,
  isReference,
  type Lineage,
  lineageOf,
  type LoadedSeries,
  namedCalendar,
  parseReference,
  type QualityReport,
  type TogetherReport,
} from "../data/index.ts";
import { openDataSet, sampleNames } from "./data-sets.ts";
import { homeAt } from "./home.ts";
import { storeAt } from "./store-at.ts";

interface Place {
  readonly home?: string | undefined;
  readonly cwd: string;
}

/** All instruments of a data set, with what is to be carried over to what is made of it. */
export interface OpenedSeries {
  readonly name: string;
  readonly series: readonly LoadedSeries[];
  readonly contentHash: string;
  readonly lineage: Lineage;
  readonly synthetic: boolean;
  /** Name of the exchange calendar that it was stored with. */
  readonly calendar: string | undefined;
  /** Whether its content was verified against a recorded hash. */
  readonly verified: boolean;
}

/** Opens whatever a name stands for, as `openDataSet` does, but all instruments of a stored data set, with their corporate actions. */
export async function openSeries(name: string, { home, cwd }: Place): Promise<OpenedSeries> {
  const place = homeAt(cwd, home);
  const store = storeAt(place);
  const isStored = isReference(name) && !sampleNames.includes(name) && (await store.names()).includes(parseReference(name).name);
  if (!isStored) {
    const { bars, ...rest } = await openDataSet(name, place, cwd);
    return { ...rest, name, series: [{ bars, actions: [] }], calendar: undefined, verified: false };
  }
  const { entry, series } = await store.load(name);
  return {
    name,
    series,
    contentHash: hashOfLoaded(entry, series),
    lineage: lineageOf(entry),
    synthetic: entry.synthetic,
    calendar: entry.calendar ?? undefined,
    verified: true,
  };
}

/** Of one instrument of several it is that one's own. */
const hashOfLoaded = (entry: CatalogEntry, series: readonly LoadedSeries[]): string =>
  series.length === 1 && entry.series.length > 1 ? contentHash(series[0]!.bars, series[0]!.actions) : entry.contentHash;

/** What was found in some data sets, one by one and beside one another. */
export interface QualityCheck {
  readonly checked: readonly {
    readonly name: string;
    readonly contentHash: string;
    readonly verified: boolean;
    readonly quality: QualityReport;
  }[];
  /** Null where there is one instrument only. */
  readonly together: TogetherReport | null;
  readonly text: string;
}

/**
 * Looks over stored data sets, samples or files, every instrument of each, and several beside one another. `calendar` names the one
 * that gaps and sessions are judged by; unless given, the one that a data set was stored with.
 */
export async function checkData({
  names,
  calendar,
  ...place
}: Place & { readonly names: readonly string[]; readonly calendar?: string | undefined }): Promise<QualityCheck> {
  const given = calendar === undefined ? undefined : namedCalendar(calendar);
  const opened: OpenedSeries[] = [];
  for (const name of names) opened.push(await openSeries(name, place));
  const checked = opened.flatMap(({ name, series, contentHash: hash, verified, calendar: own }) => {
    const by = given ?? (own === undefined ? undefined : namedCalendar(own));
    return series.map(({ bars, actions }) => ({ name, contentHash: hash, verified, quality: checkBars(bars, by, actions) }));
  });
  const bars = opened.flatMap(({ series }) => series.map((each) => each.bars));
  const together = bars.length > 1 ? checkTogether(bars) : null;
  const texts = checked.map(
    ({ name, contentHash: hash, verified, quality }) =>
      `${name}: ${quality.symbol}, content SHA-256 ${hash.slice(0, 12)}${verified ? " verified" : ""}\n${formatQualityReport(quality)}`,
  );
  return { checked, together, text: [...texts, ...(together ? [formatTogetherReport(together)] : [])].join("\n\n") };
}
