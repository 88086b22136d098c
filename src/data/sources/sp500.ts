import { readSampleFile } from "../sample-file.ts";
import { source } from "../source.ts";

/** The S&P 500 index by the day. Prices are as published; an index cannot be bought and pays no dividend. */
export default source({
  name: "sp500",
  summary: "S&P 500 index, daily, 2000-01-03 to 2020-04-17",
  synthetic: false,
  params: {},
  load: () =>
    readSampleFile({
      source: "sp500",
      package: "vega-datasets",
      file: "data/sp500-2000.csv",
      sha256: "9409e9342d0657c747324e4cfabce8a8c7f663bc485b95a3378f36b0a160f8c8",
      note: "Prices from Yahoo Finance, whose own terms apply. An index cannot be bought: for demos and tests, not for claims.",
      options: { symbol: "SP500" },
    }),
});
