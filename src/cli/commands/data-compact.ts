import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data compact NAME [--json] */
export default command({
  name: "data compact",
  summary: "Merge a data set's small parts, and remove its versions that are neither current nor pinned",
  params: { name: z.string().describe("name of the data set"), home: homeOption },
  arguments: ["name"],
  run: async ({ name, home }, { app, cwd, progress }) => (await app()).compactData({ name, home, cwd, progress }),
  print: ({ entry, parts, removed }) =>
    [
      `${entry.name}: ${entry.rows.toLocaleString("en-US")} bars in ${parts.after} parts, ${parts.before} before; content as it was (${entry.contentHash.slice(0, 12)})`,
      removed.length > 0
        ? `Removed older versions: ${removed.map((hash) => hash.slice(0, 12)).join(", ")}`
        : "No older version was to be removed.",
    ].join("\n"),
});
