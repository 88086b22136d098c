/** What the place of a file in a Lean data folder says about it. */
export interface LeanFile {
  readonly path: string;
  /** The folder of its market, such as `…/equity/usa`. */
  readonly root: string;
  readonly security: "equity" | "crypto" | "cryptofuture" | "forex" | "cfd";
  readonly market: string;
  readonly resolution: "daily" | "hour" | "minute" | "second";
  /** The ticker of its time, lower-case. */
  readonly ticker: string;
  readonly data: "trade" | "quote";
  /** The day of a file of minutes or seconds, as YYYYMMDD. */
  readonly day: string | undefined;
}

const place = /^(.*\/(equity|crypto|cryptofuture|forex|cfd)\/([a-z0-9]+))\/(daily|hour|minute|second)\/(.+)\.zip$/i;

/** Reads the path of a bar file as Lean lays them out; `undefined` for any other. */
export function leanFile(path: string): LeanFile | undefined {
  const [, root, security, market, resolution, rest] = place.exec(path.replaceAll("\\", "/")) ?? [];
  if (root === undefined || rest === undefined) return undefined;
  const isQuoted = /^(?:forex|cfd)$/i.test(security!); // Their bars are of quotes; file names need not say so.
  const file = { path, root, security: security!.toLowerCase(), market: market!.toLowerCase(), resolution: resolution!.toLowerCase() };
  const [first, second] = rest.split("/");
  if (second === undefined) {
    const [, ticker, data] = /^(.+?)(?:_(trade|quote))?$/i.exec(first!)!;
    if (!/^(?:daily|hour)$/i.test(resolution!)) return undefined;
    return { ...file, ticker: ticker!.toLowerCase(), data: dataOf(data, isQuoted), day: undefined } as LeanFile;
  }
  const [, day, data] = /^(\d{8})_(trade|quote)$/i.exec(second) ?? [];
  if (day === undefined || !/^(?:minute|second)$/i.test(resolution!)) return undefined;
  return { ...file, ticker: first!.toLowerCase(), data: dataOf(data, isQuoted), day } as LeanFile;
}

const dataOf = (said: string | undefined, isQuoted: boolean): "trade" | "quote" =>
  said === undefined ? (isQuoted ? "quote" : "trade") : (said.toLowerCase() as "trade" | "quote");
