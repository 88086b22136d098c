export { type ImportPlan, planImport } from "./dumps/plan-import.ts";
export type { ImportUnit } from "./dumps/import-unit.ts";
export type { Calendar, Session, Span } from "./calendar.ts";
export { calendars } from "./calendars/index.ts";
export type { Gap, GapReport } from "./gaps.ts";
export type { ImportReport } from "./import-report.ts";
export { Lineage } from "./lineage.ts";
export { namedCalendar } from "./named-calendar.ts";
export { adjustedAsOf, adjustForward, type Adjustment, ForwardAdjuster } from "./alignment/adjusted.ts";
export { align, type Aligned, type AsOfColumns, barFeed, decisionTimes, timeframeFeeds } from "./alignment/align.ts";
export { type AsOfFeed, AsOfJoin } from "./alignment/as-of-join.ts";
export { checkBars, formatQualityReport, QualityReport } from "./quality.ts";
export { Cleaner } from "./quality/cleaner.ts";
export { CleaningPlan, CleaningPolicies, planHash } from "./quality/cleaning-plan.ts";
export { cleanBars, CleaningReport, formatCleaningReport } from "./quality/clean-bars.ts";
export { type CleaningChoices, fitCleaning } from "./quality/fit-cleaning.ts";
export { formatTogetherReport } from "./quality/describe.ts";
export { Finding, type FindingKind } from "./quality/finding.ts";
export { checkTogether, TogetherReport } from "./quality/together.ts";
export { resample, type Resampled } from "./resampling/resample.ts";
export { type ResampleOptions, Resampler } from "./resampling/resampler.ts";
export { type ImportedBars, readBarsFile, readEachSeries } from "./read-bars-file.ts";
export { type DateFormat, type ReadOptions, readOptions, type ReadOptionsInput } from "./read-options.ts";
export { type BinanceFiles, type BinanceReport, readBinance } from "./recordings/binance.ts";
export { onGrid } from "./recordings/grid-rows.ts";
export { type BinanceDumpFiles, type BinanceDumpKind, type BinanceDumpReport, readBinanceDump } from "./recordings/binance-dump.ts";
export { type CaptureFiles, type CaptureReport, type CaptureVenue, readCapture, readCaptureRecording } from "./recordings/captures.ts";
export { type DepthBands, readBookDepth } from "./recordings/binance-book-depth.ts";
export { type LobsterFiles, type LobsterReport, readLobster } from "./recordings/lobster.ts";
export { mergeRecordings } from "./recordings/merge-recordings.ts";
export { readTardis, type TardisFiles, type TardisReport } from "./recordings/tardis.ts";
export { type OrderFlowReport, readBitstampOrders, readBitstampSnapshots } from "./recordings/bitstamp.ts";
export { EventRecorder } from "./recordings/event-recorder.ts";
export { DepthSequence, type SequenceVerdict, type UpdateNumbers } from "./recordings/depth-sequence.ts";
export { readParquet, writeParquet } from "./parquet.ts";
export { readLines } from "./recordings/lines.ts";
export { formatImportReport } from "./report-text.ts";
export { joinPages, type RemoteSource, remoteSource } from "./remote-source.ts";
export { type BarPage, type LoadContext, loadSource, type Source, source, systemContext } from "./source.ts";
export { fileSha256 } from "./file-format.ts";
export { deduplicated, type DistinctNews, RepeatFilter } from "./series/deduplicate.ts";
export { countKnown, datedSeries, type DatedSeries, type DatedValue, seriesHash, seriesUntil } from "./series/dated-series.ts";
export { inOrder, type NewsItem, normalisedText, wordsOf } from "./series/news.ts";
export { type NewsOptions, newsOptions, type NewsReport, readNews } from "./series/read-news.ts";
export { readSeries, type SeriesOptions, seriesOptions, type SeriesReport } from "./series/read-series.ts";
export { sources } from "./sources/index.ts";
export { type Fold, type RowRange, type Shares, type Split, split, type WalkForward, walkForward } from "./split.ts";
export { contentHash } from "./store/content-hash.ts";
export { type DataSet, type Loaded, type LoadedSeries, type Provenance, type Series } from "./store/data-set.ts";
export type { Difference, RowDifference, SeriesDifference } from "./store/diff.ts";
export { CatalogEntry, lineageOf, type Parent, type SeriesEntry } from "./store/entry.ts";
export { lockAlone } from "./store/file-lock.ts";
export { openStore } from "./store/open-store.ts";
export { isReference, parseReference, type Reference } from "./store/reference.ts";
export type { Appended, Compaction, ScanChunk, Selection, Store, Version } from "./store/store.ts";
export { streamKinds } from "./streams/adapters/index.ts";
export type { BarEvent, BookEvent, PriceLevel, QuoteEvent, StreamEvent, TradeEvent } from "./streams/event.ts";
export { createEventFile, type EventFile, readEventFile } from "./streams/event-file.ts";
export {
  type MarketStream,
  type StreamChannel,
  streamChannels,
  type StreamContext,
  type StreamKind,
  type StreamStatus,
  type Subscription,
} from "./streams/stream.ts";
export { streamFeed, type StreamFeedOptions } from "./streams/stream-feed.ts";
