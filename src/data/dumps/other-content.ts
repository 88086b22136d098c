import { basename } from "node:path";

const kinds: readonly [pattern: RegExp, what: string][] = [
  [/[/\\](?:factor_files|map_files)[/\\][^/\\]+$/i, "read with the bars of its symbol"],
  [/[/\\](?:equity|crypto|cryptofuture|forex|cfd)[/\\][a-z0-9]+[/\\]tick[/\\]/i, "ticks, not bars"],
  [
    /[/\\](?:option|future|futureoption|index|indexoption)[/\\][a-z0-9]+[/\\](?:daily|hour|minute|second|tick|universes)[/\\]/i,
    "contracts of many expiries, which are not read",
  ],
  [/\.(?:zip|csv)\.CHECKSUM$/, "compared with the file beside it"],
  [/-(?:aggTrades|trades)-\d{4}-\d{2}(?:-\d{2})?\.(?:zip|csv)$/, "a recording of trades, not bars: readBinanceDump opens it"],
  [/-bookTicker-\d{4}-\d{2}(?:-\d{2})?\.(?:zip|csv)$/, "a recording of quotes, not bars: readBinanceDump opens it"],
  [/-bookDepth-\d{4}-\d{2}(?:-\d{2})?\.(?:zip|csv)$/, "depth by percent, not bars: readBookDepth opens it"],
  [/_(?:message|orderbook)_\d+\.csv$/, "a recording of an order book, not bars: readLobster opens it"],
  [/(?:incremental_book_L2|book_snapshot_\d+)[^/\\]*\.csv(?:\.gz)?$/, "a recording of an order book, not bars: readTardis opens it"],
  [/\.(?:http|ws)\.\d+\.\d+(?:\.gz)?$/, "a capture of a socket, not bars: readCapture opens it"],
];

/** What a file is, by its path, if it is known to hold something else than bars. */
export const otherContent = (path: string): string | undefined =>
  basename(path).startsWith("~$") ? "a lock of another program" : kinds.find(([pattern]) => pattern.test(path))?.[1];
