import { readSampleFile } from "../sample-file.ts";
import { source } from "../source.ts";

/** The NASDAQ-100 index by the day. Prices are as published; an index cannot be bought and pays no dividend. */
export default source({
  name: "ndx",
  summary: "NASDAQ-100 index, daily, 1985-11-01 to 2012-06-29",
  synthetic: false,
  params: {},
  load: () =>
    readSampleFile({
      source: "ndx",
      package: "dc",
      file: "web/ndx.csv",
      sha256: "04d01a3a5396d9ab69d4e4b6db21921c744dfe8946d9fca33cdebbab679f1d8b",
      note: "An index cannot be bought: for demos and tests, not for claims.",
      options: { symbol: "NDX" },
    }),
});
