import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseParams, Random, systemClock } from "../../base/index.ts";
import { streamKinds } from "./adapters/index.ts";
import type { StreamEvent } from "./event.ts";
import type { StreamKind } from "./stream.ts";
import { type Captured, openCaptureVenue } from "./testing/capture-venue.ts";
import { hastyLimits } from "./testing/stream-trial.ts";

// What three venues really said, told again by a server on loopback to their streams.

const folder = join(import.meta.dirname, "../../../../shared/data/ws_captures_cryptofeed");
const hasCaptures = existsSync(folder);
if (!hasCaptures) console.warn("skipped: the recorded captures are not there (../shared/data/ws_captures_cryptofeed)");

const textOf = (file: string): string => gunzipSync(readFileSync(join(folder, file))).toString("utf8");
const framesOf = (file: string): string[] => [...textOf(file).matchAll(/^[\d.]+: (.*)$/gm)].map(([, text]) => text!);
const answersOf = (file: string): Map<string, string> =>
  new Map([...textOf(file).matchAll(/^\S+symbol=(\w+)&\S* -> [\d.]+: (.*)$/gm)].map(([, symbol, text]) => [symbol!, text!]));

const Expected = z.record(z.string(), z.object({ callbacks: z.record(z.string(), z.number()) }));

/** Listens until so many events of the kinds have come, or nothing more does. */
async function countEvents(
  name: "binance" | "coinbase" | "okx",
  captured: Captured,
  symbols: string[],
  channels: ("trades" | "quotes" | "bars" | "book")[],
  total: number,
) {
  const venue = await openCaptureVenue(captured);
  const kind = streamKinds[name] as StreamKind;
  const params = parseParams(kind.params, {
    ...hastyLimits,
    pingAfterMs: 5000,
    deadAfterMs: 9000,
    capacity: 65_536,
    socketUrl: `ws://${venue.host}`,
    baseUrl: `http://${venue.host}`,
  });
  const stream = kind.open(params, { symbols, channels }, { clock: { ...systemClock }, random: new Random(1) });
  const counts: Record<StreamEvent["kind"], number> = { trade: 0, quote: 0, bar: 0, book: 0 };
  let sum = 0;
  try {
    for await (const event of stream.events(AbortSignal.timeout(8000))) {
      counts[event.kind]++;
      if (++sum === total) break;
    }
  } finally {
    await venue.close();
  }
  return { counts, status: stream.status() };
}

const cases = [
  {
    name: "binance",
    file: "BINANCE.ws.1.0.gz",
    symbols: ["NKNUSDT", "BLZETH", "LRCBTC", "RUNEEUR"],
    channels: ["trades", "quotes", "bars", "book"],
  },
  {
    name: "coinbase",
    file: "COINBASE.ws.28.0.gz",
    symbols: ["SKL-USD", "SKL-BTC", "BAND-GBP", "NMR-EUR", "BAND-BTC", "YFI-BTC", "DASH-BTC", "NU-GBP", "CRV-EUR", "SKL-GBP"],
    channels: ["trades", "quotes", "book"],
  },
  { name: "okx", file: "OKX.ws.1.0.gz", symbols: ["BTC-USD-220527", "UNI-USD-SWAP", "BTC-USDT"], channels: ["trades", "quotes", "book"] },
] as const;

test.skipIf(!hasCaptures).each(cases)(
  "$name: the stream delivers the recorded counts, and every book stays in sequence",
  async ({ name, file, symbols, channels }) => {
    const { callbacks } = Expected.parse(JSON.parse(readFileSync(join(folder, "expected_counts.json"), "utf8")))[name.toUpperCase()]!;
    const wanted = {
      trade: callbacks["TRADES"]!,
      quote: callbacks["TICKER"]!,
      bar: callbacks["CANDLES"] ?? 0,
      book: callbacks["L2_BOOK"]!,
    };
    const total = Object.values(wanted).reduce((sum, count) => sum + count);
    const captured: Captured = {
      frames: framesOf(file),
      answers: name === "binance" ? answersOf("BINANCE.http.0.0.gz") : new Map(),
      ...(name === "binance" && {
        acknowledge: (text: string) => JSON.stringify({ result: null, id: (JSON.parse(text) as { id: number }).id }),
      }),
    };
    const { counts, status } = await countEvents(name, captured, [...symbols], [...channels], total);
    expect(counts).toEqual(wanted);
    // Neither a gap nor a wrong checksum: those of OKX are made over every one of its 290 books.
    expect(status).toMatchObject({ resyncs: 0, reconnects: 0, malformed: 0, unknown: 0, conflated: 0, gapsLeft: 0 });
  },
);
