import { z } from "zod";
import { parse } from "../../../base/index.ts";
import { type LoadContext, waitIn } from "../../source.ts";
import { askAgain, type Outcome, type ToldFailure } from "../ask-again.ts";
import { notJson, readAnswer, retryAfterMs } from "../read-answer.ts";
import { plainText } from "../redact.ts";
import { vendorError, type VendorFailure } from "../vendor-failure.ts";
import { classify } from "./failures.ts";
import { type CcxtExchange, type CcxtLibrary, openLibrary } from "./library.ts";

/** How an exchange is spoken to. */
export interface ExchangeSettings {
  /** Its name in ccxt, such as kraken. */
  readonly exchange: string;
  /** An address in place of the exchange's own, whose paths are kept. */
  readonly baseUrl?: string | undefined;
  /** At most so many, where that is less than the exchange allows. */
  readonly requestsPerMinute?: number | undefined;
  readonly timeoutMs: number;
}

/** An exchange of ccxt whose requests keep to its limits by the context's clock. */
export interface OpenExchange {
  readonly exchange: CcxtExchange;
  /** Asks it something, again where that may help; what it refuses is a `UserError`. `undefined` answers are faults of the exchange. */
  ask<Schema extends z.ZodType>(schema: Schema, question: () => Promise<unknown>): Promise<z.output<Schema>>;
  /** The time, ms, UTC: the exchange's where ours is ahead of it. */
  now(): number;
}

const maxBytes = 64 * 2 ** 20;
const mostAheadMs = 5 * 60_000; // A clock that is further off is set wrong on purpose, or the answer comes from a cache.

/** What the last answer's head said. */
interface Head {
  status: number;
  retryAfterMs: number | undefined;
  /** How far our clock is ahead of the exchange's, ms. */
  aheadMs: number;
}

/** Loads an exchange and puts its requests under the context's clock, limits and signal. An unknown name is a `UserError`. */
export async function openExchange(settings: ExchangeSettings, context: LoadContext): Promise<OpenExchange> {
  const library = await openLibrary();
  const exchange = await library.open(settings.exchange);
  const head: Head = { status: 0, retryAfterMs: undefined, aheadMs: 0 };
  exchange.timeout = settings.timeoutMs;
  exchange.milliseconds = () => context.clock.now();
  exchange.throttle = pacer(exchange.rateLimit, settings.requestsPerMinute, context);
  exchange.fetchImplementation = (url, init) => fetchWhole(url, init, head, context);
  if (settings.baseUrl !== undefined) exchange.urls.api = movedTo(new URL(settings.baseUrl), exchange.urls.api);
  const names = { vendor: settings.exchange, variables: [] };
  return {
    exchange,
    now: () => context.clock.now() - head.aheadMs,
    async ask(schema, question) {
      const told = (failure: ToldFailure) => vendorError(names, failure);
      const found = await askAgain(() => attempt(question, library, head, context), context, { told });
      return parse(schema, found?.body, settings.exchange, "data/vendor-answer");
    },
  };
}

async function attempt(question: () => Promise<unknown>, { errors }: CcxtLibrary, head: Head, { signal }: LoadContext): Promise<Outcome> {
  signal.throwIfAborted();
  head.status = 0;
  head.retryAfterMs = undefined;
  try {
    return { body: await question() };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof errors["BaseError"]!)) throw error;
    const failure: VendorFailure = classify(error, errors, head.status);
    const message = plainText(error.message);
    return failure.kind === "throttled" ? { ...failure, message, retryAfterMs: head.retryAfterMs } : { ...failure, message };
  }
}

/** Waits before a request so that costs keep to the exchange's limit: a leaky bucket that holds one request. */
function pacer(rateLimitMs: number, perMinute: number | undefined, context: LoadContext): (cost?: number) => Promise<void> {
  const leastMs = perMinute === undefined ? 0 : 60_000 / perMinute;
  let free = -Infinity;
  return async (cost = 1) => {
    const now = context.clock.elapsed();
    const begin = Math.max(now, free);
    free = begin + Math.max(leastMs, rateLimitMs * cost);
    if (begin > now) await waitIn(context, begin - now);
  };
}

/** Fetches an answer to its end. One that is no whole JSON counts as a broken connection: ccxt would read it as an empty list. */
async function fetchWhole(url: string, init: RequestInit, head: Head, { signal, clock }: LoadContext): Promise<Response> {
  const response = await fetch(url, {
    ...(init.method !== undefined && { method: init.method }),
    ...(init.headers !== undefined && { headers: init.headers }),
    ...(init.body !== undefined && { body: init.body }),
    redirect: "error",
    signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal,
  });
  const { status, headers, body, text } = await readAnswer(response, maxBytes);
  const now = clock.now();
  head.status = status;
  head.retryAfterMs = retryAfterMs(headers, now);
  const exchangeTime = Date.parse(headers.get("date") ?? "");
  head.aheadMs = exchangeTime < now ? Math.min(now - exchangeTime, mostAheadMs) : 0;
  if (response.ok && body === undefined) throw new TypeError("fetch failed", { cause: new Error(notJson(text)) });
  return new Response(text === "" ? null : text, { status, statusText: response.statusText, headers });
}

/** The same addresses at another host; what is no address stays. */
function movedTo(base: URL, urls: unknown): unknown {
  if (typeof urls === "string" && /^https?:/.test(urls)) {
    const url = new URL(urls);
    return base.origin + (base.pathname + url.pathname).replaceAll(/\/{2,}/g, "/").replace(/\/$/, "");
  }
  const table = z.record(z.string(), z.unknown()).safeParse(urls);
  return table.success ? Object.fromEntries(Object.entries(table.data).map(([name, each]) => [name, movedTo(base, each)])) : urls;
}
