import { UserError } from "../../base/index.ts";

/** How long orders travel, in ms. The answer must not be negative and may depend on when the journey begins. */
export interface OrderLatency {
  /** From us to the venue, for a request sent at `timeMs`. */
  entryMs(timeMs: number): number;
  /** From the venue to us, for an answer sent at `timeMs`. */
  responseMs(timeMs: number): number;
}

const invalid = (path: string, message: string) =>
  new UserError("config/invalid", `${path}: ${message}`, {
    path,
    hint: "Latencies are finite, not negative, and records are in order of time.",
  });

/** The same latency at all times. Throws `config/invalid` when one is negative or not finite. */
export function constantLatency({ entryMs, responseMs }: { readonly entryMs: number; readonly responseMs: number }): OrderLatency {
  if (!(entryMs >= 0) || entryMs === Infinity) throw invalid("latency.entryMs", `${entryMs}`);
  if (!(responseMs >= 0) || responseMs === Infinity) throw invalid("latency.responseMs", `${responseMs}`);
  return { entryMs: () => entryMs, responseMs: () => responseMs };
}

/** Recorded journeys: when each request was sent, when the venue had it and when its answer was back, in ms. */
export interface LatencyRecords {
  readonly requestTime: Float64Array;
  readonly exchangeTime: Float64Array;
  readonly responseTime: Float64Array;
}

/** Latency between recorded journeys by straight lines, and that of the nearest journey outside them. Throws `config/invalid`. */
export function interpolatedLatency({ requestTime, exchangeTime, responseTime }: LatencyRecords): OrderLatency {
  const { length } = requestTime;
  if (length === 0 || exchangeTime.length !== length || responseTime.length !== length)
    throw invalid("latency", "three columns of one length");
  const entry = exchangeTime.map((time, index) => time - requestTime[index]!);
  const response = responseTime.map((time, index) => time - exchangeTime[index]!);
  for (let index = 0; index < length; index++) {
    if (!(entry[index]! >= 0) || !(response[index]! >= 0)) throw invalid(`latency.${index}`, "a journey that ends before it began");
    if (index === 0) continue;
    if (!(requestTime[index]! > requestTime[index - 1]!)) throw invalid(`latency.${index}`, "request times that do not grow");
    if (!(exchangeTime[index]! >= exchangeTime[index - 1]!)) throw invalid(`latency.${index}`, "exchange times that go back");
  }
  return {
    entryMs: (timeMs) => interpolate(requestTime, entry, timeMs),
    responseMs: (timeMs) => interpolate(exchangeTime, response, timeMs),
  };
}

function interpolate(times: Float64Array, values: Float64Array, time: number): number {
  const last = times.length - 1;
  if (time <= times[0]!) return values[0]!;
  if (time >= times[last]!) return values[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle;
    else high = middle;
  }
  const weight = (time - times[low]!) / (times[high]! - times[low]!);
  return values[low]! + weight * (values[high]! - values[low]!);
}
