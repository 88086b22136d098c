import { UserError } from "../../base/index.ts";
import { quantileOf } from "../statistics/index.ts";
import { eachAnswer, type ExplainedFunction, rowsOf } from "./explained-function.ts";
import type { PolicyMap } from "./explanation-document.ts";
import { featureGroups } from "./feature-groups.ts";

/** One side of a map. */
export interface MapAxis {
  /** A name of the observation's, or of a feature that goes over the window. */
  readonly feature: string;
  /** Whether every bar of the window takes the value; only the latest unless given. */
  readonly wholeWindow?: boolean;
  /** The observations' 1 % and 99 % quantiles unless given. */
  readonly from?: number;
  readonly to?: number;
  /** Values, evenly spread; 21 unless given. */
  readonly count?: number;
}

/** What a map is of. */
export interface PolicyMapOptions {
  readonly x: MapAxis;
  readonly y: MapAxis;
  /** [inputs] What all else is; the medians of the observations unless given. */
  readonly reference?: Float32Array;
}

interface Side {
  readonly axis: PolicyMap["x"];
  readonly columns: readonly number[];
}

/** The answers over two features on a grid, all else staying as in a reference observation. */
export function policyMap(explained: ExplainedFunction, observations: Float32Array, { x, y, reference }: PolicyMapOptions): PolicyMap {
  const rows = rowsOf(explained, observations, "observations");
  const size = explained.inputs.length;
  const middle = reference ?? Float32Array.from(explained.inputs, (_, column) => quantileOf(columnOf(observations, size, column), 0.5)!);
  if (rowsOf(explained, middle, "reference") !== 1) throw invalid("reference", `${middle.length} numbers`, "Give one observation.");
  const [across, up] = [sideOf(explained, observations, x, "x"), sideOf(explained, observations, y, "y")];
  if (across.columns.some((column) => up.columns.includes(column)))
    throw invalid("y.feature", y.feature, "Choose two features that share no number of the observation.");
  const [countX, countY] = [across.axis.values.length, up.axis.values.length];
  const answers = up.axis.values.map(() => across.axis.values.map((): number[] => []));
  eachAnswer(
    explained,
    countX * countY,
    (cell, into, offset) => {
      into.set(middle, offset);
      for (const column of across.columns) into[offset + column] = across.axis.values[cell % countX]!;
      for (const column of up.columns) into[offset + column] = up.axis.values[Math.floor(cell / countX)]!;
    },
    (cell, given, offset) => {
      answers[Math.floor(cell / countX)]![cell % countX] = explained.outputs.map((_, output) => given[offset + output]!);
    },
  );
  const observed = up.axis.values.map(() => new Array<number>(countX).fill(0));
  for (let row = 0; row < rows; row++) {
    const [column, line] = [across, up].map((side) => nearest(side, observations[row * size + side.columns[0]!]!));
    if (column !== undefined && line !== undefined) observed[line]![column]!++;
  }
  return {
    x: across.axis,
    y: up.axis,
    outputs: [...explained.outputs],
    reference: [...middle],
    answers,
    choices: choicesOf(explained, answers),
    observed,
  };
}

function sideOf({ inputs }: ExplainedFunction, observations: Float32Array, axis: MapAxis, path: string): Side {
  const { feature, wholeWindow = false, count = 21 } = axis;
  const exact = inputs.indexOf(feature);
  const columns = wholeWindow ? featureGroups(inputs).find(({ name }) => name === feature)?.columns : exact < 0 ? undefined : [exact];
  if (!columns) throw invalid(`${path}.feature`, feature, `Choose one of ${inputs.join(", ")}.`);
  // The latest bar first: the nearest cell of an observation goes by it.
  const latestFirst = exact < 0 ? columns : [exact, ...columns.filter((column) => column !== exact)];
  const seen = columnOf(observations, inputs.length, latestFirst[0]!);
  const { from = quantileOf(seen, 0.01)!, to = quantileOf(seen, 0.99)! } = axis;
  if (!(Number.isInteger(count) && count >= 2)) throw invalid(`${path}.count`, String(count), "Use two values at least.");
  if (!(from < to && Number.isFinite(to - from)))
    throw invalid(
      path,
      `${feature} from ${from} to ${to}`,
      "It does not move in the observations, or the bounds are wrong: give `from` and `to`.",
    );
  const values = Array.from({ length: count }, (_, index) => from + (index / (count - 1)) * (to - from));
  return { axis: { feature, wholeWindow, values }, columns: latestFirst };
}

/** The index of the value that a number is nearest to; none beyond half a cell outside. */
function nearest({ axis: { values } }: Side, value: number): number | undefined {
  const cell = (values.at(-1)! - values[0]!) / (values.length - 1);
  const index = Math.round((value - values[0]!) / cell);
  return index >= 0 && index < values.length ? index : undefined;
}

/** The likeliest choice of each cell, the first of equals. */
function choicesOf({ outputs }: ExplainedFunction, answers: readonly (readonly number[][])[]): string[][] | null {
  const chances = outputs.flatMap(({ kind }, output) => (kind === "probability" ? [output] : []));
  if (chances.length === 0) return null;
  const best = (answer: readonly number[]) => chances.reduce((leader, output) => (answer[output]! > answer[leader]! ? output : leader));
  return answers.map((line) => line.map((answer) => outputs[best(answer)]!.name));
}

const columnOf = (observations: Float32Array, size: number, column: number): Float32Array =>
  Float32Array.from({ length: observations.length / size }, (_, row) => observations[row * size + column]!);

const invalid = (path: string, what: string, hint: string): UserError =>
  new UserError("config/invalid", `${path}: ${what}`, { path, hint });
