/** An answer that came whole. `body` is its JSON, undefined where it is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

/** An answer larger than is ever due. */
export class TooLarge extends Error {
  override name = "TooLarge";
}

/** Reads an answer up to a size in bytes; one that is cut off fails as the connection does. */
export async function readAnswer(response: Response, maxBytes: number): Promise<Answer> {
  const text = await readText(response, maxBytes);
  return { status: response.status, headers: response.headers, body: parseJson(text), text };
}

async function readText({ body }: Response, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new TooLarge(`an answer of more than ${Math.round(maxBytes / 2 ** 20)} MiB`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What stands where JSON was due, in words. */
export const notJson = (text: string): string =>
  text.trim() === ""
    ? "an empty answer"
    : /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text)
      ? "an HTML page where data was due"
      : /^\s*[[{]/.test(text)
        ? "JSON that breaks off"
        : "text where data was due";

/** How long the header Retry-After asks to wait, ms: seconds or a date. Undefined where it says nothing that can be understood. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  const waitMs = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** How long to hold requests back because the headers say that none is left, ms; 0 where some are. `now` is ms, UTC. */
export function exhaustedMs(headers: Headers, now: number): number {
  const numberOf = (name: string) => (headers.has(name) ? Number(headers.get(name)) : NaN);
  if (numberOf("api-credits-left") <= 0) return minuteMs - (now % minuteMs); // Twelve Data counts by the minute of the clock.
  if (!(numberOf("x-ratelimit-remaining") <= 0)) return 0;
  const reset = numberOf("x-ratelimit-reset");
  const waitMs = reset > 1e9 ? reset * 1000 - now : reset * 1000; // Seconds since the epoch, or from now.
  return waitMs > 0 ? Math.min(waitMs, 2 * minuteMs) : 0;
}

const minuteMs = 60_000;
