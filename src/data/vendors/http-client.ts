import type { z } from "zod";
import { parse, UserError } from "../../base/index.ts";
import type { LoadContext } from "../source.ts";
import { askAgain, type Outcome, type ToldFailure } from "./ask-again.ts";
import { bucketFor } from "./rate-limit.ts";
import { type Answer, exhaustedMs, notJson, readAnswer, retryAfterMs, TooLarge } from "./read-answer.ts";
import { plainText, redactor } from "./redact.ts";
import { failureOfStatus, vendorError, type VendorFailure } from "./vendor-failure.ts";

/** Whom to ask, and how. */
export interface VendorSettings {
  /** Its name in messages. */
  readonly vendor: string;
  readonly baseUrl: string;
  /** The environment variables that hold its key. */
  readonly variables: readonly string[];
  /** Values that may appear in no message. */
  readonly secrets: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes with every request, such as a key that the vendor takes in no other way. */
  readonly query?: Query;
  readonly requestsPerMinute: number;
  /** How long one request may take, ms. */
  readonly timeoutMs: number;
  /** What the vendor's own words in an answer mean, of any status; undefined where they are data, or say no more than the status. */
  readonly failureOf: (body: unknown, status: number) => VendorFailure | undefined;
}

/** Values of an address's query; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Asks one vendor for JSON. */
export interface VendorClient {
  /** The answer, parsed; null where the vendor says that there is nothing. `path` may hold a query of its own. */
  get<Schema extends z.ZodType>(path: string, query: Query, schema: Schema): Promise<z.output<Schema> | null>;
}

const maxBytes = 64 * 2 ** 20;

/**
 * A client that keeps to the vendor's limit of requests, obeys its headers, and asks again after throttling, failures of the server,
 * timeouts and answers that did not come whole: up to six times and five minutes, later and later (exponential backoff, half of it
 * jitter). What a vendor refuses is not asked again. Failures are `UserError`s that hold no secret.
 */
export function vendorClient(settings: VendorSettings, context: LoadContext): VendorClient {
  const { clock, signal } = context;
  const redact = redactor(settings.secrets);
  const bucket = bucketFor(clock, `${settings.vendor} ${settings.baseUrl}`, settings.requestsPerMinute);
  const attempt = async (url: URL): Promise<Outcome> => {
    await bucket.take(context);
    try {
      const answer = await ask(url, settings, signal);
      bucket.holdFor(exhaustedMs(answer.headers, clock.now()));
      return outcomeOf(answer, settings, clock.now());
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TooLarge) throw answerError(settings.vendor, error.message);
      return { kind: "broken", message: failureText(error, settings.timeoutMs) };
    }
  };
  const told = (failure: ToldFailure) => vendorError(settings, { ...failure, message: plainText(redact(failure.message)) });
  return {
    async get(path, query, schema) {
      const url = addressOf(settings, path, query);
      const onThrottled = (waitMs: number) => bucket.holdFor(waitMs); // Other downloads from the vendor wait as well.
      const answer = await askAgain(() => attempt(url), context, { told, onThrottled });
      return answer && parse(schema, answer.body, settings.vendor, "data/vendor-answer");
    },
  };
}

function addressOf({ baseUrl, query: always }: VendorSettings, path: string, query: Query): URL {
  const url = new URL(baseUrl.replace(/\/+$/, "") + path);
  for (const [name, value] of Object.entries({ ...query, ...always })) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

async function ask(url: URL, { headers, timeoutMs }: VendorSettings, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    headers: { accept: "application/json", "user-agent": "Mozilla/5.0 (compatible; Tradewind)", ...headers },
    redirect: "manual", // A key must not follow to another host.
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  return readAnswer(response, maxBytes);
}

function outcomeOf({ status, headers, body, text }: Answer, { failureOf }: VendorSettings, now: number): Outcome {
  const own = body === undefined ? undefined : failureOf(body, status);
  const failure =
    own ?? failureOfStatus(status, status < 400 && status >= 300 ? "it sends on to another address" : statusText(status, text));
  if (failure?.kind === "throttled") return { ...failure, retryAfterMs: failure.retryAfterMs ?? retryAfterMs(headers, now) };
  if (failure) return failure;
  return body === undefined ? { kind: "broken", message: notJson(text) } : { body };
}

const statusText = (status: number, text: string): string => `HTTP ${status}${text.trim() === "" ? "" : `, ${plainText(text)}`}`;

/** What went wrong on the way, without addresses. */
function failureText(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: "its name is not known",
    EAI_AGAIN: "its name is not known",
    ECONNREFUSED: "the connection was refused",
    ECONNRESET: "the connection broke off",
    UND_ERR_SOCKET: "the connection broke off",
  };
  return words[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

const answerError = (vendor: string, message: string): UserError =>
  new UserError("data/vendor-answer", `${vendor} sent ${message}`, {
    path: vendor,
    hint: "See that baseUrl is the vendor's own, and ask for less at a time.",
  });
