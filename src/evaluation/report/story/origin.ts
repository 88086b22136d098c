import { number } from "../../format.ts";
import type { Report, Stretch } from "../document.ts";
import { type Block, type Cell, code, facts, folded, type Tell } from "./block.ts";
import { spanOf } from "./figures-text.ts";
import { trainedUnder } from "./stress.ts";

/** Where the data comes from, and how it was cut. */
export const origin: Tell = ({ data, split }) => {
  const { lineage } = data;
  const stretch = (part: Stretch | undefined): Cell | null => (part ? `${spanOf(part, data)}, ${number(part.bars, 0)} bars` : null);
  return {
    title: "Where the data comes from",
    short: "Data",
    blocks: [
      facts([
        ["Instrument", `${data.symbol}, quoted in ${data.currency}`],
        ["Kind", data.synthetic ? "SYNTHETIC: made by a random generator" : "recorded prices"],
        ["Source", lineage.source],
        ["File", lineage.file],
        ["Package", lineage.package === undefined ? null : `${lineage.package} ${lineage.version ?? ""}`],
        ["Licence", lineage.licence ?? null],
        ["SHA-256 of the file", code(lineage.sha256)],
        ["Content hash of the bars", code(data.contentHash)],
        ["Note", lineage.note ?? null],
        ["All bars", stretch(data.stretch)],
        ["Training", stretch(split.train)],
        ["Validation", stretch(split.validation)],
        ["Test", stretch(split.test)],
      ]),
    ],
  };
};

/** The algorithm or rule, what it saw, and the whole experiment. */
export const whatWasRun: Tell = (report) => {
  const { algorithm, observation, experiment, experimentHash } = report;
  const seeds = report.reproduction ? [] : report.seeds; // Said there.
  const steps = algorithm.totalSteps === 0 ? "a rule, which is not trained" : `${number(algorithm.totalSteps, 0)} steps a seed`;
  const json = (value: unknown): Block => ({ kind: "code", text: JSON.stringify(value, null, 2) });
  return {
    title: "What was run",
    short: "Experiment",
    blocks: [
      facts([
        ["Algorithm", `${algorithm.name}, ${steps}`],
        ["Observation", observation ? seenBy(observation) : null],
        ["Observation schema", observation ? code(observation.schema) : null],
        ["Experiment hash", report.reproduction ? null : code(experimentHash)],
        ...seeds.map(({ seed, weightsSha256 }) => [`Weights of seed ${seed}`, code(weightsSha256)] as const),
      ]),
      folded(`Parameters of ${algorithm.name}`, [json(algorithm.params)]),
      ...trainedUnder(report),
      folded("The whole experiment", [json(experiment)]),
    ],
  };
};

const seenBy = ({ size, features }: NonNullable<Report["observation"]>): string =>
  `${number(size, 0)} numbers from ${number(features.length, 0)} features: ${features.join(", ")}`;

/** How to get the same report again. */
export const reproduction: Tell = ({ reproduction: section }) => {
  if (!section) return null;
  const { command, hashes, seeds, versions, extensions } = section;
  return {
    title: "To get it again",
    short: "Reproduction",
    blocks: [
      { kind: "code", text: command },
      facts([
        ["Experiment", code(hashes.experiment)],
        ["Data", code(hashes.data)],
        ...hashes.weights.map(({ seed, sha256 }) => [`Weights of seed ${seed}`, code(sha256)] as const),
        ["Seeds of training", seeds.training.length === 0 ? null : seeds.training.join(", ")],
        ["Seed of judging", String(seeds.judging)],
        ["Versions", `tradewind ${versions.tradewind}, Node ${versions.node}`],
        ...extensions.map(({ file, sha256 }) => [`Extension ${file}`, code(sha256)] as const),
      ]),
      folded("Hashes of each section of this report", [
        facts(Object.entries(hashes.sections).map(([name, hash]) => [name, code(hash)] as const)),
      ]),
    ],
  };
};
