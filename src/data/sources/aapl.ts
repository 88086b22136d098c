import { readSampleFile } from "../sample-file.ts";
import { source } from "../source.ts";

/** Apple shares by the day. Open, high, low and close are adjusted for splits and not for dividends, as in the file. */
export default source({
  name: "aapl",
  summary: "Apple shares, daily, 2013-05-13 to 2018-05-11",
  synthetic: false,
  params: {},
  load: () =>
    readSampleFile({
      source: "aapl",
      package: "@observablehq/sample-datasets",
      file: "aapl.csv",
      sha256: "18dc8bf6542da26625d992544a619a5fc210d6dfc799e81ab7fb7f9edbc21f9a",
      note: "Prices from Yahoo Finance, whose own terms apply. Adjusted for splits, not for dividends.",
      options: { symbol: "AAPL" },
    }),
});
