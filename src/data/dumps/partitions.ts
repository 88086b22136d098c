import { filesUnit, type ImportUnit } from "./import-unit.ts";

const partition = /^([^=]+)=([^=]*)$/;
const symbolKey = /^(?:symbol|ticker|instrument|pair|code)$/i;

/**
 * The series of a partitioned folder, such as `bars/symbol=AAPL/year=2024/part-0.parquet`: the files of one symbol joined, or of
 * all where no folder names one.
 */
export function partitions(paths: readonly string[]): ImportUnit[] {
  const groups = new Map<string, { symbol: string | undefined; paths: string[] }>();
  for (const path of paths) {
    const folders = path.split(/[/\\]/).slice(0, -1);
    const first = folders.findIndex((folder) => partition.test(folder));
    if (first < 0) continue;
    const root = folders.slice(0, first);
    const keys = folders.slice(first).map((folder) => partition.exec(folder)?.slice(1) ?? [folder, ""]);
    const value = keys.find(([key]) => symbolKey.test(key!))?.[1];
    const symbol = value === undefined ? undefined : decoded(value);
    const key = [...root, symbol ?? ""].join("/");
    const group = groups.get(key) ?? { symbol, paths: [] };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups].map(([key, { symbol, paths: files }]) =>
    filesUnit({ name: symbol ?? key.split("/").at(-2)!, kind: "partition", symbol, paths: files }),
  );
}

/** Folder names escape what file systems do not allow; one that only looks so is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) return text;
    throw cause;
  }
}
