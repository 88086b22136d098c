import { type Chart, plainUnit } from "../../charts/index.ts";
import { number } from "../../format.ts";
import type { Report, TrainingCurve } from "../document.ts";
import { type Block, chart, type Tell, words } from "./block.ts";

/** How training went, seed by seed: return of episodes, entropy, KL divergence. */
export const training: Tell = ({ trainingCurves, seeds }) => {
  const [first] = trainingCurves;
  if (!first) return null;
  const chosen = seeds.find((seed) => seed.chosen)?.seed;
  const parts = first.parts?.map(({ name, from }) => `${name} from step ${number(from, 0)}`);
  return {
    title: "Training",
    short: "Training",
    blocks: [
      ...(parts ? [words(`Trained one after the other: ${parts.join(", ")}.`)] : []),
      ...learningCurve(trainingCurves.find(({ seed }) => seed === chosen) ?? first),
      {
        kind: "charts",
        charts: [
          perSeed(
            trainingCurves,
            chosen,
            "Episode return",
            "mean of finished episodes, in units of the reward",
            (curve) => curve.episodeReturn,
          ),
          perSeed(trainingCurves, chosen, "Entropy", "of the policy, in nats", (curve) => curve.entropy),
          perSeed(trainingCurves, chosen, "KL divergence", "approximate, per update", (curve) => curve.approxKl),
        ],
      },
    ],
  };
};

function perSeed(
  curves: Report["trainingCurves"],
  chosen: number | undefined,
  title: string,
  note: string,
  valuesOf: (curve: TrainingCurve) => readonly (number | null)[],
): Chart {
  const x = [...new Set(curves.flatMap(({ steps }) => steps))].sort((left, right) => left - right);
  return {
    kind: "line",
    title,
    note,
    x,
    xKind: "count",
    xLabel: "environment steps",
    unit: plainUnit(3),
    series: curves.map((curve, index) => ({
      name: `seed ${curve.seed}${curve.seed === chosen ? " (chosen)" : ""}`,
      tone: `seed${index % 6}`,
      values: onSteps(x, curve.steps, valuesOf(curve)),
    })),
  };
}

/** Of one seed: returns without dice on bars held out of training beside those of exploring episodes, at each evaluation. */
function learningCurve({ seed, evaluations, steps, episodeReturn }: TrainingCurve): Block[] {
  if (!evaluations || evaluations.length === 0) return [];
  const x = evaluations.map((evaluation) => evaluation.steps);
  return [
    chart({
      kind: "line",
      title: "Learning curve",
      note: `seed ${seed}: mean return of an episode, in units of the reward; evaluations are without dice on bars held out of training`,
      x,
      xKind: "count",
      xLabel: "environment steps",
      unit: plainUnit(3),
      series: [
        { name: "evaluation", tone: "agent", values: evaluations.map(({ meanReturn }) => meanReturn) },
        { name: "training, exploring", tone: "hold", values: onSteps(x, steps, episodeReturn) },
      ],
      bands: [
        {
          name: "evaluation ± 1 standard deviation of its episodes",
          tone: "agent",
          low: evaluations.map(({ meanReturn, returnDeviation }) => meanReturn - returnDeviation),
          high: evaluations.map(({ meanReturn, returnDeviation }) => meanReturn + returnDeviation),
        },
      ],
      height: "tall",
    }),
  ];
}

function onSteps(x: readonly number[], steps: readonly number[], values: readonly (number | null)[]): (number | null)[] {
  const valueAt = new Map(steps.map((step, index) => [step, values[index] ?? null]));
  return x.map((step) => valueAt.get(step) ?? null);
}
