import { readdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { assert, UserError } from "../../../base/index.ts";

/** What is used of an exchange of ccxt. Answers are unknown until they are parsed. */
export interface CcxtExchange {
  readonly id: string;
  readonly has: Readonly<Record<string, boolean | "emulated" | undefined>>;
  readonly timeframes: Readonly<Record<string, unknown>> | undefined;
  /** How precision is told: digits after the point are 2, steps 4. */
  readonly precisionMode: number;
  /** Least time between two requests of cost 1, ms. */
  readonly rateLimit: number;
  readonly options: Record<string, unknown>;
  urls: { api: unknown };
  timeout: number;
  throttle: (cost?: number) => Promise<void>;
  milliseconds: () => number;
  fetchImplementation: (url: string, init: RequestInit) => Promise<Response>;
  loadMarkets(): Promise<Readonly<Record<string, unknown>>>;
  market(symbol: string): unknown;
  featureValue(symbol: string, method: string, param: string): unknown;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since: number,
    limit?: number,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
}

/** Something that errors may be an instance of. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Exchanges of ccxt and its error classes. */
export interface CcxtLibrary {
  readonly names: readonly string[];
  /** Loads that exchange's own module and no other: 80 ms instead of 300 ms for all of them. */
  open(name: string): Promise<CcxtExchange>;
  readonly errors: Readonly<Record<string, ErrorClass>>;
}

/** Opens the installed library. Its modules lie in a folder that the package does not name, but each is one of its own. */
export async function openLibrary(): Promise<CcxtLibrary> {
  const manifest = findPackageJSON("ccxt", import.meta.url);
  assert(manifest !== undefined, "ccxt is not installed");
  const folder = join(dirname(manifest), "js", "src");
  const load = async (file: string) => (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".js"))
    .map((file) => basename(file, ".js"));
  return {
    names,
    errors: (await load(join("base", "errors.js"))) as Readonly<Record<string, ErrorClass>>,
    async open(name) {
      if (!names.includes(name)) throw unknownExchange(name, names);
      const { default: Exchange } = (await load(`${name}.js`)) as { default: new (config: object) => CcxtExchange };
      return new Exchange({ enableRateLimit: true });
    },
  };
}

function unknownExchange(name: string, names: readonly string[]): UserError {
  const near = names.filter((each) => each.startsWith(name.slice(0, 3).toLowerCase()));
  return new UserError("config/invalid", `"${name}" is no exchange that ccxt knows`, {
    path: "exchange",
    hint: `Give one of its names: ${(near.length > 0 ? near : names.slice(0, 20)).join(", ")}${near.length > 0 ? "" : " …"}.`,
  });
}
