import { type Clock, systemClock } from "../../base/index.ts";
import { folderShelf } from "./folder-shelf.ts";
import { moveOldEntries } from "./old-entries.ts";
import { PostgresShelf } from "./postgres/postgres-shelf.ts";
import { ShelfStore } from "./shelf-store.ts";
import type { Store } from "./store.ts";

/**
 * Opens the store in a folder, or in the PostgreSQL database at an address that begins with `postgresql://`; what it needs there is made
 * at the first write. The clock tells when something was written.
 */
export function openStore(place: string, { clock = systemClock }: { readonly clock?: Clock } = {}): Store {
  if (/^postgres(?:ql)?:\/\//.test(place)) return new ShelfStore(new PostgresShelf(place), { clock });
  const shelf = folderShelf(place);
  return new ShelfStore(shelf, { clock, before: moveOldEntries(place, shelf, new ShelfStore(shelf, { clock })) });
}
