import { environmentVariable } from "../base/index.ts";
import { openStore, type Store } from "../data/index.ts";
import type { Home } from "./home.ts";

const databases = new Map<string, Store>();

/**
 * Where the data sets of a home are: in the PostgreSQL database whose address the variable `TRADEWIND_DATABASE_URL` holds, else in the
 * home's folder. A database is connected to once, whoever asks.
 */
export function storeAt({ data }: Pick<Home, "data">): Store {
  const url = environmentVariable("TRADEWIND_DATABASE_URL");
  if (!url) return openStore(data);
  const store = databases.get(url) ?? openStore(url);
  databases.set(url, store);
  return store;
}
