import { loadSource, sources } from "tradewind/data";
import { emptyBar, readBar } from "tradewind/domain";
import { featurePipeline, lexiconScorer, newsColumnParams, newsColumns, newsDeskParams, NewsWire, withAsOf } from "tradewind/features";
import { z } from "zod";

/** News as they come, beside bars as they close: the columns that an agent would see live. The headlines are made up. */
const { bars } = await loadSource(sources.aapl);
const headlines = [
  ["2018-05-01T20:35:00Z", "Apple beats estimates, raises dividend and adds $100 billion to its buyback"],
  ["2018-05-02T09:00:00Z", "RT @ticker: Apple beats estimates, raises dividend and adds $100 billion to its buyback"],
  ["2018-05-03T14:10:00Z", "Suppliers warn of weak demand for the new phone"],
  ["2018-05-08T06:00:00Z", "Phone sales fell 6 % in the quarter, but services revenue is growing"],
] as const;

const wire = new NewsWire(z.strictObject(newsDeskParams).parse({ lagMinutes: 5 }), lexiconScorer);
const params = z.strictObject(newsColumnParams).parse({ halfLifeHours: 48, outputs: ["score", "count"] });
const pipeline = withAsOf(featurePipeline([{ indicator: "log-return" }]), [newsColumns(params, wire, "live")]);

const stream = pipeline.stream();
const row = new Float32Array(pipeline.width);
let next = 0;
for (let index = 0; index < bars.close.length; index++) {
  const bar = readBar(bars, index, emptyBar());
  for (; next < headlines.length && Date.parse(headlines[next]![0]) <= bar.closeTime; next++) {
    const publishedAt = Date.parse(headlines[next]![0]);
    await wire.hear({ publishedAt, source: "wire", symbols: ["AAPL"], text: headlines[next]![1] }, publishedAt);
  }
  stream.update(bar, row);
  if (next > 0)
    console.log(new Date(bar.closeTime).toISOString().slice(0, 10), [...row.subarray(1)].map((value) => value.toFixed(3)).join("  "));
}
const { heard, exactRepeats, nearRepeats } = wire.count;
console.log(`${heard} heard, ${exactRepeats + nearRepeats} repetition`);
