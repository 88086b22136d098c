import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

const digits = (value: number) => Number(value.toPrecision(4));

/** tradewind features show NAME [--json] */
export default command({
  name: "features show",
  summary: "Show a feature set and how its columns are distributed over the training rows",
  params: { name: z.string().describe("name of the set, or name@version"), home: homeOption },
  arguments: ["name"],
  run: async ({ name, home }, { app, cwd }) => (await app()).showFeatureSet({ name, home, cwd }),
  print({ reference, createdAt, hash, data, rows, firstReady, training, scaled, regimes, derived, statistics }) {
    const table = renderTable(
      ["column", "mean", "deviation", "least", "median", "most", "missing", "correlated rows"],
      statistics.map(({ name, mean, deviation, percentiles, notAbove, missing, correlationRows }) => [
        name,
        digits(mean),
        digits(deviation),
        digits(percentiles[0]!),
        digits(percentiles[notAbove.findIndex((share) => share >= 0.5)]!),
        digits(percentiles.at(-1)!),
        `${digits(100 * missing)}%`,
        digits(correlationRows),
      ]),
    );
    return [
      `${reference}, made ${createdAt.slice(0, 16).replace("T", " ")} UTC, hash ${hash.slice(0, 12)}`,
      `data: ${data.reference} (${data.symbol})${data.synthetic ? ", made up" : ""}, content ${data.contentHash.slice(0, 12)}, ${rows} rows, complete from row ${firstReady}`,
      `fitted to ${training.rows} bars, ${training.from.slice(0, 10)} to ${training.to.slice(0, 10)}${scaled ? "; standardised" : "; in their own units"}`,
      ...(regimes.length === 0 ? [] : [`regimes: ${regimes.join(", ")}`]),
      ...(derived.length === 0 ? [] : [`derived: ${derived.join(", ")}`]),
      "",
      table,
    ].join("\n");
  },
});
