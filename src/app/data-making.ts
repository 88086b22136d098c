import { readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { z } from "zod";
import { hashOf, parse, UserError, writeFileWhole } from "../base/index.ts";
import {
  type CatalogEntry,
  cleanBars,
  CleaningPlan,
  type CleaningPolicies,
  type CleaningReport,
  fitCleaning,
  formatCleaningReport,
  isReference,
  type LoadedSeries,
  planHash,
  namedCalendar,
  resample,
} from "../data/index.ts";
import type { Bars } from "../domain/index.ts";
import { type OpenedSeries, openSeries } from "./data-quality.ts";
import { sampleNames } from "./data-sets.ts";
import { homeAt } from "./home.ts";
import { storeAt } from "./store-at.ts";

interface Request {
  readonly home?: string | undefined;
  readonly cwd: string;
  /** What is worked on: a stored data set, a sample or a file. */
  readonly name: string;
  /** The name that the result is stored under. */
  readonly as: string;
  readonly calendar?: string | undefined;
}

/** What a new data set is called and holds, and the words for a person. */
export interface MadeDataSet {
  readonly name: string;
  readonly contentHash: string;
  readonly rows: number;
  readonly text: string;
}

/** Stores what was made of a data set, with its parent's hash and what was done. */
async function store(
  { home, cwd, as, calendar }: Request,
  { name, contentHash, lineage, synthetic, calendar: own }: OpenedSeries,
  series: readonly LoadedSeries[],
  { source, how }: { readonly source: string; readonly how: string },
): Promise<CatalogEntry> {
  const parent = isReference(name) ? name : basename(name); // A file's folder is nobody's business.
  return storeAt(homeAt(cwd, home)).put(as, {
    series,
    lineage: { ...lineage, source, file: parent, sha256: contentHash, note: how },
    origin: `${parent}, ${how}`,
    synthetic,
    calendar: calendar ?? own,
    parents: [{ name: parent, contentHash, how }],
  });
}

/** Refuses to replace what is worked on, and names that would mean a sample ever after. */
function assertNewName({ name, as }: Request): void {
  if (as !== name && !sampleNames.includes(as)) return;
  throw new UserError("usage/invalid-option", `"${as}" is ${as === name ? "the data set itself" : "a sample's name"}`, {
    path: "--as",
    hint: "Choose another name: what a data set is made of stays as it is.",
  });
}

/** Makes slower bars of a data set and stores them. Corporate actions go along; a bar during which a split falls is in the scale after it. */
export async function resampleData(request: Request & { readonly to: string }): Promise<MadeDataSet & { readonly outside: number }> {
  assertNewName(request);
  const opened = await openSeries(request.name, request);
  const { to, as, calendar = opened.calendar } = request;
  const by = calendar === undefined ? undefined : namedCalendar(calendar);
  let outside = 0;
  const series = opened.series.map(({ bars, actions }) => {
    const slower = resample(bars, to, { calendar: by, actions });
    outside += slower.outside;
    assertBars(slower.bars, `no whole bar of ${to}`);
    return { bars: slower.bars, actions };
  });
  const how = `resampled to ${to}${calendar === undefined ? "" : ` by the calendar ${calendar}`}`;
  const { contentHash, rows } = await store({ ...request, calendar }, opened, series, { source: "resample", how });
  const read = opened.series.reduce((sum, { bars }) => sum + bars.close.length, 0);
  const passedOver = outside === 0 ? "" : `; ${outside} bars outside sessions were passed over`;
  const text = `${read} bars of ${opened.name} made ${rows} of ${to}${passedOver}; a last bar that is not over is left out\nStored as "${as}". Use it with --data ${as}.`;
  return { name: as, contentHash, rows, outside, text };
}

function assertBars({ close, instrument }: Bars, what: string): void {
  if (close.length > 0) return;
  throw new UserError("data/too-short", `${instrument.symbol}: ${what} came out`, {
    path: "name",
    hint: "Use more data, or a faster timeframe.",
  });
}

/** How bars are to be cleaned: by a plan from a file, or by one fitted on the first bars. */
export interface CleaningRequest extends Request {
  /** A file that an earlier `planOut` wrote. */
  readonly plan?: string | undefined;
  readonly planOut?: string | undefined;
  /** The training window: up to this day (UTC, as 2024-06-30), or else this share of the bars. */
  readonly trainTo?: string | undefined;
  readonly train: number;
  /** What is done about kinds of findings, as spike=mask. */
  readonly policies: readonly string[];
  readonly confirmBars?: number | undefined;
}

/** What cleaning made, with its plans and what they did, one for each instrument. */
export interface CleanedDataSet extends MadeDataSet {
  readonly plans: readonly CleaningPlan[];
  /** Where the plans are, to be used again: as asked for, or in the home's folder `cleaning`. */
  readonly planFile: string;
  readonly reports: readonly CleaningReport[];
}

/** Cleans a data set and stores the result. Plans that are not given are fitted on the training window of each instrument alone. */
export async function cleanData(request: CleaningRequest): Promise<CleanedDataSet> {
  assertNewName(request);
  const opened = await openSeries(request.name, request);
  const given = request.plan === undefined ? undefined : readPlans(resolve(request.cwd, request.plan));
  const fitted = opened.series.map(({ bars }) => (given ? planOf(given, bars) : fitPlan(bars, opened, request)));
  const cleaned = opened.series.map(({ bars, actions }, index) => cleanBars(bars, fitted[index]!, actions));
  for (const { bars } of cleaned) assertBars(bars, "no bar");
  const reports = cleaned.map(({ report }) => report);
  const changes = reports.flatMap(({ counts }) => counts).reduce((sum, { bars }) => sum + bars, 0);
  const plan = fitted.length === 1 ? planHash(fitted[0]!) : hashOf(fitted);
  const how = `cleaned by plan ${plan.slice(0, 12)}: ${changes} changes`;
  const { contentHash, rows } = await store(request, opened, cleaned, { source: "clean", how });
  const planFile =
    request.planOut === undefined
      ? join(homeAt(request.cwd, request.home).folder, "cleaning", `${plan}.json`)
      : resolve(request.cwd, request.planOut);
  writeFileWhole(planFile, `${JSON.stringify(fitted, null, 2)}\n`);
  const text = `${reports.map(formatCleaningReport).join("\n")}\nPlan: ${relative(request.cwd, planFile)}\nStored as "${request.as}". Use it with --data ${request.as}.`;
  return { name: request.as, contentHash, rows, plans: fitted, planFile, reports, text };
}

function fitPlan(bars: Bars, { calendar }: OpenedSeries, request: CleaningRequest): CleaningPlan {
  const { train, trainTo, policies, confirmBars } = request;
  const rows = bars.close.length;
  const end = trainTo === undefined ? undefined : Date.parse(`${trainTo}T24:00Z`);
  const later = end === undefined ? Math.floor(train * rows) : bars.closeTime.findIndex((time) => time > end);
  return fitCleaning(
    bars,
    { from: 0, to: later < 0 ? rows : later },
    {
      policies: Object.fromEntries(policies.map(splitPolicy)) as Partial<CleaningPolicies>,
      calendar: request.calendar ?? calendar,
      confirmBars,
    },
  );
}

/** `spike=mask` as kind and policy; what they are worth the plan's own check says. */
const splitPolicy = (text: string): [string, string] => text.split(/=(.*)/s).slice(0, 2) as [string, string];

const Plans = z.union([CleaningPlan.transform((plan) => [plan]), z.array(CleaningPlan).min(1)]);

function readPlans(path: string): readonly CleaningPlan[] {
  try {
    return parse(Plans, JSON.parse(readFileSync(path, "utf8")), "plan");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("config/unreadable", `the cleaning plan ${path} cannot be read: ${(error as Error).message}`, {
      path: "--plan",
      hint: "Give a file that --plan-out wrote.",
      cause: error,
    });
  }
}

/** A plan for one instrument is good for each; of several it is the instrument's own. */
function planOf(plans: readonly CleaningPlan[], { instrument: { symbol } }: Bars): CleaningPlan {
  const plan = plans.length === 1 ? plans[0] : plans.find(({ fitted }) => fitted.symbol === symbol);
  if (plan) return plan;
  throw new UserError("config/invalid", `no plan of the file was fitted on ${symbol}`, {
    path: "--plan",
    hint: `It has plans for ${plans.map(({ fitted }) => fitted.symbol).join(", ")}.`,
  });
}
