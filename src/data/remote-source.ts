import { type ParamsOf, type ParamsShape, UserError } from "../base/index.ts";
import type { CorporateAction } from "../domain/index.ts";
import { joinReports } from "./join-reports.ts";
import type { PageAccount } from "./page-account.ts";
import type { ImportedBars } from "./read-bars-file.ts";
import { contentHash } from "./store/content-hash.ts";
import { joinBars } from "./store/data-set.ts";
import { type BarPage, type LoadContext, type Source, systemContext } from "./source.ts";

/** A source that is downloaded page after page, so that an interrupted download can go on where it stopped. */
export interface RemoteSource<Shape extends ParamsShape = ParamsShape> extends Source<Shape> {
  pages(params: ParamsOf<Shape>, context: LoadContext): AsyncGenerator<BarPage>;
}

/** Declares a vendor's source by its pages, oldest first, each after the one before; `load` joins them. */
export function remoteSource<const Shape extends ParamsShape>(
  definition: Omit<RemoteSource<Shape>, "synthetic" | "load">,
): RemoteSource<Shape> {
  return {
    ...definition,
    synthetic: false,
    async load(params, context = systemContext()) {
      const pages: BarPage[] = [];
      for await (const page of definition.pages(params, context)) {
        pages.push(page);
        context.onProgress?.({ stage: definition.name, fraction: page.fraction, message: progressText(pages) });
      }
      return joinPages(definition.name, pages);
    },
  };
}

const progressText = (pages: readonly BarPage[]): string => {
  const last = pages.findLast(({ bars }) => bars.closeTime.length > 0)?.bars.closeTime.at(-1);
  const bars = pages.reduce((sum, page) => sum + page.bars.closeTime.length, 0);
  return `${bars.toLocaleString("en-US")} bars${last === undefined ? "" : ` to ${new Date(last).toISOString().slice(0, 10)}`}`;
};

/** The pages of one download as one: bars and corporate actions in a row, and one report over all. No bar at all is `data/empty`. */
export function joinPages(name: string, pages: readonly BarPage[]): ImportedBars {
  const full = pages.filter(({ bars }) => bars.closeTime.length > 0);
  if (full.length === 0) {
    throw new UserError("data/empty", `${name} has no bars of that time`, {
      path: name,
      hint: "Ask for another time, and see that the symbol and the interval are what you mean.",
    });
  }
  const bars = joinBars(
    full[0]!.bars.instrument,
    full.map((page) => page.bars),
  );
  const accounts = pages.flatMap(({ account }): PageAccount[] => (account ? [account] : []));
  const report = joinReports(name, bars, accounts);
  const note = accounts.find(({ lineageNote }) => lineageNote !== undefined)?.lineageNote;
  return {
    bars,
    actions: pages.flatMap(({ actions }): readonly CorporateAction[] => actions),
    report,
    lineage: { source: name, file: report.file, sha256: contentHash(bars), ...(note !== undefined && { note }) },
  };
}
