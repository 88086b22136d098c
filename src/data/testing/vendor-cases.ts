import { manualClock, Random } from "../../base/index.ts";
import type { LoadContext, Source } from "../source.ts";
import alpacaSource from "../sources/alpaca.ts";
import alphaVantageSource from "../sources/alpha-vantage.ts";
import finnhubSource from "../sources/finnhub.ts";
import massiveSource from "../sources/massive.ts";
import twelveDataSource from "../sources/twelve-data.ts";
import yahooSource from "../sources/yahoo.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { madeUpShare, type TrueBar } from "./vendor-truth.ts";
import { alpaca } from "./vendors/alpaca.ts";
import { alphaVantage } from "./vendors/alpha-vantage.ts";
import type { FakeVendor, VendorAnswer } from "./vendors/fake-vendor.ts";
import { finnhub } from "./vendors/finnhub.ts";
import { massive } from "./vendors/massive.ts";
import { twelveData } from "./vendors/twelve-data.ts";
import { yahoo } from "./vendors/yahoo.ts";

/** A source and the fake vendor that it speaks to. */
export interface VendorCase {
  readonly name: string;
  readonly source: Source;
  readonly answer: VendorAnswer;
  /** The environment variables that hold its keys. */
  readonly variables: readonly string[];
  /** An error that the vendor sends as HTTP 200 when asked too often, and one for what a plan does not cover. */
  readonly throttledInside?: unknown;
  readonly planRefusal?: { readonly status: number; readonly json: unknown };
}

/** All vendors that are spoken to over HTTP. */
export const vendorCases: readonly VendorCase[] = [
  { name: "yahoo", source: yahooSource, answer: yahoo, variables: [] },
  {
    name: "alpaca",
    source: alpacaSource,
    answer: alpaca,
    variables: ["APCA_API_KEY_ID", "APCA_API_SECRET_KEY"],
    planRefusal: { status: 403, json: { message: "subscription does not permit querying recent SIP data" } },
  },
  {
    name: "massive",
    source: massiveSource,
    answer: massive,
    variables: ["MASSIVE_API_KEY"],
    throttledInside: {
      status: "ERROR",
      error: "You've exceeded the maximum requests per minute, please wait or upgrade your subscription.",
    },
    planRefusal: { status: 403, json: { status: "NOT_AUTHORIZED", message: "Your plan doesn't include this data timeframe." } },
  },
  {
    name: "alpha-vantage",
    source: alphaVantageSource,
    answer: alphaVantage,
    variables: ["ALPHA_VANTAGE_API_KEY"],
    throttledInside: {
      Note: "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day.",
    },
    planRefusal: {
      status: 200,
      json: {
        Information: "Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans.",
      },
    },
  },
  {
    name: "twelve-data",
    source: twelveDataSource,
    answer: twelveData,
    variables: ["TWELVE_DATA_API_KEY"],
    throttledInside: {
      code: 429,
      message: "You have run out of API credits for the current minute. Wait for the next minute.",
      status: "error",
    },
    planRefusal: { status: 200, json: { code: 403, message: "/splits is available exclusively with grow or pro plans.", status: "error" } },
  },
  {
    name: "finnhub",
    source: finnhubSource,
    answer: finnhub,
    variables: ["FINNHUB_API_KEY"],
    throttledInside: { error: "API limit reached. Please try again later. Remaining Limit: 0" },
    planRefusal: { status: 403, json: { error: "You don't have access to this resource." } },
  },
];

/** The keys that the fakes take; long, and with characters that an address writes otherwise. */
export const fakeKeys = { key: "k3y/of+the person==", secretKey: "s3cret/of+the person==" } as const;

/** When the fakes are asked. */
export const fakeNow = Date.parse("2024-03-25T12:00:00Z");

/** A fake vendor that runs, and a context whose clock goes on only while somebody waits. */
export interface RunningVendor {
  readonly server: ScriptedServer;
  readonly context: LoadContext;
  /** How long was waited so far, ms. */
  waited(): number;
  params(more?: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** Starts the fake of a case. `spoil` may change the rows of each answer. */
export async function startVendor(
  { answer }: VendorCase,
  {
    spoil = (rows) => rows,
    pageRows = 150,
    truth = madeUpShare(),
  }: Partial<Pick<FakeVendor, "pageRows" | "truth">> & { spoil?: (rows: readonly TrueBar[]) => readonly TrueBar[] } = {},
): Promise<RunningVendor> {
  const clock = manualClock(fakeNow);
  const server = await scriptedServer((request) => answer(request, { truth, ...fakeKeys, pageRows, spoil }), clock.now);
  return {
    server,
    context: {
      clock,
      random: new Random(7),
      signal: new AbortController().signal,
      wait: (ms) => {
        clock.set(clock.now() + ms);
        return Promise.resolve();
      },
    },
    waited: () => clock.now() - fakeNow,
    params: (more = {}) => ({ symbol: truth.symbol, from: "2023-10-02", baseUrl: server.baseUrl, requestsPerMinute: 100_000, ...more }),
  };
}
