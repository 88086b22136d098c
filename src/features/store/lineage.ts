import { UserError } from "../../base/index.ts";
import { type Feature, resolveFeatures } from "../feature-spec.ts";
import { indicatorDefinitions } from "../indicator-definitions.ts";
import { type Indicator, startIndicator, units } from "../indicator.ts";
import { indicators } from "../indicators/index.ts";
import type { Regime } from "../regimes/regime.ts";
import type { FeatureSetContent } from "./feature-set.ts";

/** What a number is made of, and what that is made of in turn. */
export interface LineageNode {
  readonly what: string;
  readonly from: readonly LineageNode[];
}

/** The lineage of each column, by name; all of them where none is named. An unknown column is `config/invalid`. */
export function lineageOfColumns(
  content: FeatureSetContent,
  column?: string,
  available: Readonly<Record<string, Indicator>> = indicators as unknown as Readonly<Record<string, Indicator>>,
): Readonly<Record<string, LineageNode>> {
  const { columns } = content;
  if (column !== undefined && !columns.includes(column)) {
    throw new UserError("config/invalid", `there is no column "${column}"`, {
      path: "feature",
      hint: `Known columns: ${columns.join(", ")}.`,
    });
  }
  const own = lineagesOfFeatures(content, available);
  const entries = columns.filter((name) => column === undefined || name === column);
  return Object.fromEntries(entries.map((name) => [name, own.get(name) ?? lineageOfOther(content, name, own)]));
}

const leaf = (what: string): LineageNode => ({ what, from: [] });
const day = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
const digits = (value: number): string => String(Number(value.toPrecision(6)));

/** Of the columns that the scaler knows: features, and behind them what else was known. */
function lineagesOfFeatures(content: FeatureSetContent, available: Readonly<Record<string, Indicator>>): ReadonlyMap<string, LineageNode> {
  const features = resolveFeatures(content.features, available).map(
    (feature) => [feature.spec.name, lineageOfIndicator(content, feature)] as const,
  );
  const known = content.asOf.flatMap((each) => each.names.map((name) => [name, lineageOfKnown(each)] as const));
  return new Map([...features, ...known].map(([name, made], place) => [name, lineageOfScaled(content, name, made, place)]));
}

function lineageOfIndicator(content: FeatureSetContent, { spec, kind, unit }: Feature): LineageNode {
  const params = Object.entries(spec.params).map(([name, value]) => `${name} ${String(value)}`);
  return {
    what: `indicator ${spec.indicator}${spec.output === undefined ? "" : `, output ${spec.output}`}`,
    from: [
      leaf(indicatorDefinitions[spec.indicator] ?? "of an extension"),
      leaf(params.length === 0 ? "no parameters" : `parameters: ${params.join(", ")}`),
      leaf(`unit: ${unit}, ${units[unit]}; as a feature free of the price's scale`),
      leaf(`warm-up: ${startIndicator(kind, spec.params).warmup} bars`),
      { what: `reads ${kind.inputs.join(", ")}`, from: [lineageOfData(content)] },
    ],
  };
}

/** What was known beside the bars, as its origin tells it. */
function lineageOfKnown({ hash, origin }: FeatureSetContent["asOf"][number]): LineageNode {
  const leaves = Object.entries(origin).map(([field, value]) =>
    leaf(`${field}: ${typeof value === "string" ? value : JSON.stringify(value)}`),
  );
  return { what: `known as of each bar's close, SHA-256 ${hash.slice(0, 12)}`, from: leaves };
}

function lineageOfScaled(content: FeatureSetContent, name: string, made: LineageNode, place: number): LineageNode {
  const { scaler } = content;
  if (!scaler) return { what: `feature ${name}`, from: [made] };
  const [mean, deviation] = [scaler.mean[place]!, scaler.standardDeviation[place]!];
  const what = `(feature − ${digits(mean)}) / ${digits(deviation)}, held within ±${scaler.clip}: mean and deviation of the training rows`;
  return { what: `feature ${name}`, from: [{ what, from: [lineageOfTraining(content)] }, made] };
}

const fittedTo: { readonly [Kind in Regime["kind"]]: (regime: Extract<Regime, { kind: Kind }>) => string } = {
  "garch": ({ model: { omega, alpha, beta } }) =>
    `GARCH(1,1), ω ${digits(omega)}, α ${digits(alpha)}, β ${digits(beta)}: logarithm of the next volatility over the long-run one`,
  "hidden-markov": ({ model: { means } }) => `hidden Markov chain of ${means.length} states: forward-filtered probability of the state`,
  "clusters": ({ centres }) => `k-means of ${centres.length} clusters: the nearest centre's number`,
};

function lineageOfOther(content: FeatureSetContent, name: string, own: ReadonlyMap<string, LineageNode>): LineageNode {
  const regime = content.regimes.find((each) => (each.kind === "hidden-markov" ? regimeOf(name) === each.name : each.name === name));
  if (regime) {
    const fitted: LineageNode = { what: fittedTo[regime.kind](regime as never), from: [lineageOfTraining(content)] };
    return { what: `regime ${name}`, from: [fitted, ...regime.columns.map((column) => own.get(column)!)] };
  }
  const derived = content.derived.find((each) => each.name === name)!;
  const what = `derived column of the ${derived.window} latest rows, SHA-256 ${derived.hash.slice(0, 12)}; its maker comes with the model`;
  return { what: `derived ${name}`, from: [{ what, from: [...own.values()] }] };
}

/** The name of a hidden Markov chain, of that of a state's column. */
const regimeOf = (column: string): string => column.replace(/-\d+$/, "");

function lineageOfTraining(content: FeatureSetContent): LineageNode {
  const { rows, range } = content.training;
  const what = `training rows ${rows.from} to ${rows.to - 1}, closes of ${day(range.from)} to ${day(range.to)} UTC`;
  return { what, from: [lineageOfData(content)] };
}

function lineageOfData({ data }: FeatureSetContent): LineageNode {
  const { source, file, sha256, licence, note, package: from, version } = data.lineage;
  const origin = [
    from === undefined ? "" : `package ${from} ${version ?? ""}`.trim(),
    source,
    `file ${file}`,
    `SHA-256 ${sha256.slice(0, 12)}`,
  ];
  return {
    what: `data set ${data.reference} (${data.symbol}), ${data.rows} bars to ${day(data.range.to)} UTC, content SHA-256 ${data.contentHash.slice(0, 12)}`,
    from: [
      leaf(`origin: ${origin.filter((part) => part !== "").join(", ")}${data.synthetic ? "; made up, not observed" : ""}`),
      leaf(`licence: ${licence ?? "not stated"}`),
      ...(note === undefined ? [] : [leaf(`note: ${note}`)]),
    ],
  };
}
