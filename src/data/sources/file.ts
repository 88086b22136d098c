import { z } from "zod";
import { readBarsFile } from "../read-bars-file.ts";
import { readOptions } from "../read-options.ts";
import { source } from "../source.ts";

/** A CSV (plain or gzipped) or Parquet file of bars. */
export default source({
  name: "file",
  summary: "a CSV, gzipped CSV or Parquet file",
  synthetic: false,
  params: { path: z.string().min(1).describe("the file"), ...readOptions },
  load: ({ path, ...options }) => readBarsFile(path, options),
});
