import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind data versions NAME [--json] */
export default command({
  name: "data versions",
  summary: "List the versions of a stored data set that can be opened as NAME@VERSION",
  params: { name: z.string().describe("name of the data set"), home: homeOption },
  arguments: ["name"],
  run: async ({ name, home }, { app, cwd }) => (await app()).dataVersions({ name, home, cwd }),
  print: (versions) =>
    renderTable(
      ["version", "written (UTC)", "bars", "from", "to", "kept for"],
      versions.map(({ contentHash, writtenAt, rows, range, isCurrent, pinnedBy }) => [
        contentHash.slice(0, 12),
        new Date(writtenAt).toISOString().slice(0, 16).replace("T", " "),
        rows,
        dayOf(range.from),
        dayOf(range.to),
        [...(isCurrent ? ["everybody: the current one"] : []), ...pinnedBy].join(", ") || "nobody: it goes in time",
      ]),
    ),
});

const dayOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);
