import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

const digits = (value: number | null) => (value === null ? null : Number(value.toPrecision(3)));

const relations = {
  same: "the rows behind the training, of the bars that the set was fitted on",
  continued: "the rows behind the training, of the bars that the set was fitted on and those since",
  other: "other bars than those that the set was fitted on",
} as const;

/** tradewind features drift NAME [--data NAME] [--json] */
export default command({
  name: "features drift",
  summary: "Compare data with the training rows of a feature set, column by column",
  params: {
    name: z.string().describe("name of the set, or name@version"),
    data: z.string().optional().describe("data set to compare; the set's own, behind its training rows, unless given"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async ({ name, data, home }, { app, cwd }) => (await app()).driftOfFeatures({ name, data, home, cwd }),
  print({ reference, data, relation, rows, from, to, columns, drifted, watched }) {
    const table = renderTable(
      ["column", "verdict", "PSI", "noise", "KS", "noise", "shift", "noise", "missing"],
      columns.map(({ name, verdict, stability, distance, shift, noise, missing }) => [
        name,
        verdict,
        digits(stability),
        digits(noise?.stability ?? null),
        digits(distance),
        digits(noise?.distance ?? null),
        digits(shift),
        digits(noise?.shift ?? null),
        `${digits(100 * missing)}%`,
      ]),
    );
    return [
      `${data}: ${relations[relation]}; ${rows} rows, ${from.slice(0, 10)} to ${to.slice(0, 10)}, beside the training rows of ${reference}`,
      "",
      table,
      "",
      `${drifted.length} of ${columns.length} columns have drifted, ${watched.length} are worth watching. PSI counts from 0.1 and 0.25, KS from 0.1 and 0.2, a shift of the mean`,
      "from 0.25 and 1 deviations, where it is above the noise that samples so long and so correlated in time have.",
    ].join("\n");
  },
});
