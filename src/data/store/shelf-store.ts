import { assert, type Clock, type OnProgress, UserError } from "../../base/index.ts";
import type { Bar } from "../../domain/index.ts";
import { checkBars } from "../quality.ts";
import { extendSeries } from "./append.ts";
import { isCrowded, mergeParts, mostPartsAPeriod } from "./compact.ts";
import { contentHash } from "./content-hash.ts";
import { type DataSet, listed, loadedFrom, type LoadedSeries, seriesOf } from "./data-set.ts";
import { diffEntries, type DiffOptions } from "./diff.ts";
import type { CatalogEntry, SeriesEntry } from "./entry.ts";
import { openVersion, readableEntries, withVersion } from "./open-version.ts";
import { corrupt, readBars, readColumns } from "./read-parts.ts";
import { assertName, parseReference, type Reference } from "./reference.ts";
import { newSeries } from "./series-parts.ts";
import type { PartRange, PartToWrite, Shelf } from "./shelf.ts";
import type { Appended, Compaction, ScanChunk, Selection, Store, Version } from "./store.ts";
import { aboutOf, commitVersion, recordWrite } from "./write.ts";

/** What a store needs besides its shelf. `before` is called with a name, or with none where all are meant, before each work. */
export interface StoreParts {
  readonly clock: Clock;
  readonly before?: (name?: string) => Promise<void>;
}

/** The logic that all stores share, over a shelf. */
export class ShelfStore implements Store {
  readonly #shelf: Shelf;
  readonly #clock: Clock;
  readonly #before: (name?: string) => Promise<void>;

  constructor(shelf: Shelf, { clock, before = async () => undefined }: StoreParts) {
    this.#shelf = shelf;
    this.#clock = clock;
    this.#before = before;
  }

  async put(name: string, dataSet: DataSet): Promise<CatalogEntry> {
    assertName(name);
    const made = seriesOf(name, dataSet).map(({ bars, actions }) => newSeries(bars, actions));
    return this.#shelf.lock(name, async () => {
      await this.#shelf.write(
        name,
        made.flatMap(({ parts }) => parts),
      );
      const series = made.map(({ entry }) => entry);
      return (await this.#commit(name, dataSet, "put", series, undefined)).entry;
    });
  }

  async append(name: string, dataSet: DataSet): Promise<Appended> {
    assertName(name);
    const given = seriesOf(name, dataSet, 0);
    const rows = given.reduce((sum, { bars }) => sum + bars.closeTime.length, 0);
    await this.#before(name);
    return this.#shelf.lock(name, async () => {
      const stored = (await this.#shelf.generations(name)).length > 0 ? await this.entry(name) : undefined;
      const { series, added } = await this.#extend(name, stored, given);
      if (stored && isSame(stored.series, series)) return { entry: stored, added: 0, known: rows };
      const { entry } = await this.#commit(name, dataSet, "append", series, stored);
      return { entry, added, known: rows - added };
    });
  }

  /** Writes what is new of each series, and merges parts where a period has too many. */
  async #extend(name: string, stored: CatalogEntry | undefined, given: readonly LoadedSeries[]) {
    const series = new Map(stored?.series.map((each) => [each.instrument.symbol, each]));
    const extensions = [];
    for (const each of given) {
      const { symbol } = each.bars.instrument;
      if (!series.has(symbol) && each.bars.closeTime.length === 0) continue; // A page without bars before the first one with.
      extensions.push(await extendSeries(this.#shelf, name, series.get(symbol), each));
    }
    await this.#shelf.write(
      name,
      extensions.flatMap(({ parts }) => parts),
    );
    for (const { entry } of extensions) series.set(entry.instrument.symbol, await this.#merge(name, entry, mostPartsAPeriod));
    const added = extensions.reduce((sum, { rows }) => sum + rows, 0);
    const inOrder = [...series.values()].toSorted((left, right) => (left.instrument.symbol < right.instrument.symbol ? -1 : 1));
    assert(inOrder.length > 0, `nothing is stored as "${name}", and no bars were to be appended`);
    return { series: inOrder, added };
  }

  async #merge(name: string, series: SeriesEntry, most: number, onRows: (rows: number) => void = () => undefined): Promise<SeriesEntry> {
    if (!isCrowded(series, most)) return series;
    let merged = series;
    const shelf = this.#shelf;
    const parts = async function* (): AsyncGenerator<PartToWrite> {
      const merging = mergeParts(shelf, name, series, most);
      for (;;) {
        const { done, value } = await merging.next();
        if (done) {
          merged = value;
          return;
        }
        yield value;
        onRows(value.part.rows);
      }
    };
    await shelf.write(name, parts());
    return merged;
  }

  #commit(name: string, dataSet: DataSet, kind: "put" | "append", series: readonly SeriesEntry[], stored: CatalogEntry | undefined) {
    const at = this.#clock.now();
    const sum = (entries: readonly SeriesEntry[]) => entries.reduce((total, { rows }) => total + rows, 0);
    const rows = sum(series) - sum(stored?.series ?? []);
    const write = { kind, from: dataSet.lineage, rows, at };
    const about = stored ?? aboutOf(dataSet);
    return commitVersion(this.#shelf, name, {
      origin: about.origin,
      licence: about.licence,
      calendar: about.calendar,
      synthetic: about.synthetic || (dataSet.synthetic ?? false),
      parents: about.parents,
      report: about.report,
      series,
      at,
      lineage: (hash) => recordWrite(stored?.lineage ?? [], { ...write, contentHash: hash }),
    });
  }

  async load(text: string, selection: Selection = {}) {
    const reference = parseReference(text);
    await this.#before(reference.name);
    return withVersion(this.#shelf, reference, async (entry) => {
      const series: LoadedSeries[] = [];
      const range = rangeOf(selection);
      for (const each of chosen(entry, reference, selection)) {
        const bars = await readBars(this.#shelf, entry.name, each, range);
        if (range === undefined && contentHash(bars, each.actions) !== each.contentHash) {
          throw corrupt(entry.name, "does not match its recorded hash");
        }
        series.push({ bars, actions: each.actions });
      }
      return loadedFrom(entry, series);
    });
  }

  async *scan<Name extends keyof Bar>(text: string, columns: readonly Name[], selection: Selection = {}): AsyncGenerator<ScanChunk<Name>> {
    const reference = parseReference(text);
    await this.#before(reference.name);
    const { entry, release } = await openVersion(this.#shelf, reference);
    try {
      for (const { instrument, parts } of chosen(entry, reference, selection)) {
        for await (const chunk of readColumns(this.#shelf, entry.name, parts, columns, rangeOf(selection))) {
          yield { symbol: instrument.symbol, rows: chunk[columns[0]!].length, columns: chunk };
        }
      }
    } finally {
      await release();
    }
  }

  async entry(text: string): Promise<CatalogEntry> {
    const reference = parseReference(text);
    await this.#before(reference.name);
    return withVersion(this.#shelf, reference, async (entry) => entry);
  }

  async names(): Promise<readonly string[]> {
    await this.#before();
    return this.#shelf.names();
  }

  async list(): Promise<readonly CatalogEntry[]> {
    const entries: CatalogEntry[] = [];
    for (const name of await this.names()) entries.push(await withVersion(this.#shelf, { name }, async (entry) => entry));
    return entries;
  }

  async versions(name: string): Promise<readonly Version[]> {
    const current = await this.entry(name);
    const pins = await this.#shelf.pins(name);
    const seen = new Set<string>();
    return (await readableEntries(this.#shelf, name))
      .filter(({ contentHash: hash }) => !seen.has(hash) && seen.add(hash))
      .map(({ contentHash: hash, rows, range, writtenAt }) => ({
        contentHash: hash,
        rows,
        range,
        writtenAt,
        isCurrent: hash === current.contentHash,
        pinnedBy: pins.flatMap((pin) => (pin.contentHash === hash ? [pin.by] : [])),
      }));
  }

  async pin(text: string, by: string): Promise<string> {
    const reference = parseReference(text);
    await this.#before(reference.name);
    return withVersion(this.#shelf, reference, async ({ name, contentHash: hash }) => {
      await this.#shelf.pin(name, { contentHash: hash, by }); // While the version is held it cannot go.
      return hash;
    });
  }

  async unpin(text: string, by: string): Promise<boolean> {
    const { name, contentHash: hash } = await this.entry(text);
    return this.#shelf.unpin(name, { contentHash: hash, by });
  }

  async compact(name: string, { onProgress }: { readonly onProgress?: OnProgress | undefined } = {}): Promise<Compaction> {
    assertName(name);
    const count = ({ series }: CatalogEntry) => series.reduce((sum, { parts }) => sum + parts.length, 0);
    const known = await this.entry(name);
    return this.#shelf.lock(known.name, async () => {
      const before = await this.entry(name);
      const series: SeriesEntry[] = [];
      let rows = 0;
      const told = (symbol: string) => (more: number) =>
        onProgress?.({ stage: "compact", fraction: (rows += more) / before.rows, message: symbol });
      for (const each of before.series) series.push(await this.#merge(name, each, 1, told(each.instrument.symbol)));
      const { entry, removed } = await commitVersion(
        this.#shelf,
        name,
        { ...before, series, at: before.writtenAt, lineage: () => before.lineage },
        1,
      );
      return { entry, parts: { before: count(before), after: count(entry) }, removed };
    });
  }

  async diff(left: string, right: string, options: DiffOptions = {}) {
    const [one, other] = [parseReference(left), parseReference(right)];
    await this.#before(one.name);
    await this.#before(other.name);
    return withVersion(this.#shelf, one, (from) =>
      withVersion(this.#shelf, other, (to) =>
        diffEntries(this.#shelf, { ...from, series: chosen(from, one, {}) }, { ...to, series: chosen(to, other, {}) }, options),
      ),
    );
  }

  async check(text: string, calendar?: Parameters<Store["check"]>[1]) {
    const { bars, entry } = await this.load(text);
    return { entry, quality: checkBars(bars, calendar) };
  }

  close(): Promise<void> {
    return this.#shelf.close();
  }
}

const isSame = (left: readonly SeriesEntry[], right: readonly SeriesEntry[]): boolean =>
  left.length === right.length && left.every(({ contentHash: hash }, index) => hash === right[index]!.contentHash);

function rangeOf({ from = -Infinity, to = Infinity }: Selection): PartRange | undefined {
  return from === -Infinity && to === Infinity ? undefined : { from, to };
}

/** The series that a reference and a selection mean; an unknown symbol is `data/not-found`. */
function chosen({ name, series }: CatalogEntry, { symbol }: Reference, { symbols }: Selection): SeriesEntry[] {
  const wanted = [...(symbol === undefined ? [] : [symbol]), ...(symbols ?? [])];
  if (wanted.length === 0) return series;
  return wanted.map((each) => {
    const found = series.find(({ instrument }) => instrument.symbol === each);
    if (found) return found;
    throw new UserError("data/not-found", `the data set "${name}" has no instrument "${each}"`, {
      path: name,
      hint: `There are ${listed(series.map(({ instrument }) => instrument.symbol))}.`,
    });
  });
}
