import type { Report } from "../document.ts";
import { allFigures } from "./all-figures.ts";
import { attribution } from "./attribution.ts";
import type { Chapter, Tell } from "./block.ts";
import { costs } from "./costs.ts";
import { crossValidation } from "./cross-validation.ts";
import { explanation } from "./explanation.ts";
import { method } from "./method.ts";
import { origin, reproduction, whatWasRun } from "./origin.ts";
import { performance } from "./performance.ts";
import { returns } from "./returns.ts";
import { risk } from "./risk.ts";
import { rolling } from "./rolling.ts";
import { seeds } from "./seeds.ts";
import { stress } from "./stress.ts";
import { sweep } from "./sweep.ts";
import { trading } from "./trading.ts";
import { training } from "./training.ts";
import { trials } from "./trials.ts";
import { walkForward } from "./walk-forward.ts";

const inOrder: readonly Tell[] = [
  performance,
  returns,
  rolling,
  trading,
  costs,
  attribution,
  risk,
  stress,
  seeds,
  walkForward,
  crossValidation,
  sweep,
  trials,
  training,
  explanation,
  allFigures,
  origin,
  whatWasRun,
  reproduction,
  method,
];

/** Everything that a report tells below its verdict, in the order in which readers of the field look for it. */
export const chaptersOf = (report: Report): Chapter[] => inOrder.flatMap((tell) => tell(report) ?? []);
