import { z } from "zod";
import { byImportance, type PolicyExplanation, PolicyMap } from "../../explanation/index.ts";
import { meanOf } from "../../statistics/index.ts";
import { figure } from "../shapes.ts";

const Bounded = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** Why the agent acts as it does, over observations of the test stretch: the leading parts of a policy's explanation. */
export const Explanation = z.strictObject({
  observations: z.int(),
  outputs: z.array(z.strictObject({ name: z.string(), kind: z.enum(["probability", "action", "value"]) })),
  importance: z
    .strictObject({
      measure: z.string(),
      of: z.array(z.string()).describe("what a figure is of: outputs by name"),
      level: z.number().describe("of the intervals"),
      repeats: z.int(),
      features: z
        .array(z.strictObject({ feature: z.string(), figures: z.array(Bounded).describe("one for each name in `of`") }))
        .describe("at most 30, the most important first"),
    })
    .describe("how much depends on each feature, by dealing it out anew"),
  attribution: z
    .strictObject({
      method: z.string(),
      decisions: z.int(),
      background: z.int(),
      features: z
        .array(z.strictObject({ feature: z.string(), meanAbsolute: z.array(z.number()).describe("[outputs]") }))
        .describe("in the order of importance"),
    })
    .describe("mean size of what each feature added to a decision"),
  map: PolicyMap.nullable().describe("answers over the two features that matter most; null where no two of them move"),
  saliency: z
    .strictObject({
      features: z.array(z.string()).describe("in the order of importance"),
      lags: z.array(z.int()).describe("bars ago"),
      values: z
        .array(z.array(figure))
        .describe("[features][lags] how steeply answers follow, mean over all outputs but the value; null where there is no such number"),
    })
    .describe("where in the window the policy looks"),
});

export type Explanation = z.infer<typeof Explanation>;

const mostFeatures = 30;

/** The leading parts of an explanation. */
export function explanationSection(explanation: PolicyExplanation): Explanation {
  const { observations, outputs, importance, attribution, maps, saliency } = explanation;
  const leading = byImportance(importance, outputs).slice(0, mostFeatures);
  const names = leading.map(({ feature }) => feature);
  return {
    observations,
    outputs,
    importance: { measure: importance.measure, of: importance.of, level: importance.level, repeats: importance.repeats, features: leading },
    attribution: {
      method: attribution.method,
      decisions: attribution.decisions.length,
      background: attribution.background,
      features: placed(names, attribution.features).map(([feature, place]) => ({
        feature,
        meanAbsolute: attribution.meanAbsolute[place]!,
      })),
    },
    map: maps[0] ?? null,
    saliency: saliencyOf(saliency, names),
  };
}

/** Names that are among the given ones, with their places there. */
const placed = (names: readonly string[], among: readonly string[]): [name: string, place: number][] =>
  names.flatMap((name) => (among.includes(name) ? [[name, among.indexOf(name)] as [string, number]] : []));

function saliencyOf({ outputs, features, lags, values }: PolicyExplanation["saliency"], names: readonly string[]): Explanation["saliency"] {
  const shown = placed(names, features);
  const doing = outputs.flatMap(({ kind }, output) => (kind === "value" && outputs.length > 1 ? [] : [output]));
  const at = (feature: number, lag: number) => meanOf(doing.flatMap((output) => values[output]![feature]![lag] ?? []));
  return {
    features: shown.map(([name]) => name),
    lags,
    values: shown.map(([, feature]) => lags.map((_, lag) => at(feature, lag))),
  };
}
