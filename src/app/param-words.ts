import { UserError } from "../base/index.ts";
import type { Grid } from "../evaluation/index.ts";

const mostValues = 10_000;

/**
 * A grid as it is typed: "fast=5" and what follows without a "=" are values of one parameter; "5:50:5" is every fifth number from 5 to
 * 50, and "5:10" every one. A word that is a number, true or false means that.
 */
export function gridOfWords(words: readonly string[]): Grid {
  const grid: Record<string, unknown[]> = {};
  let name: string | undefined;
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals > 0) {
      name = word.slice(0, equals);
      if (Object.hasOwn(grid, name)) throw refused(word, `${name} is named twice`);
      grid[name] = [];
    }
    if (name === undefined) throw refused(word, `"${word}" names no parameter`);
    grid[name]!.push(...valuesOf(equals > 0 ? word.slice(equals + 1) : word));
  }
  return grid;
}

function valuesOf(word: string): readonly unknown[] {
  if (word === "true" || word === "false") return [word === "true"];
  if (word.trim() !== "" && Number.isFinite(Number(word))) return [Number(word)];
  const parts = word.split(":").map(Number);
  const isRange = (parts.length === 2 || parts.length === 3) && !/(^|:)\s*(:|$)/.test(word) && parts.every(Number.isFinite);
  return isRange ? rangeOf(word, parts[0]!, parts[1]!, parts[2] ?? 1) : [word];
}

/** Numbers from one to another, both included where the step meets them. */
function rangeOf(word: string, from: number, to: number, step: number): number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (!(step > 0) || !(count >= 1) || count > mostValues) throw refused(word, `"${word}" is no range from a number up to another`);
  return Array.from({ length: count }, (_, index) => Number((from + index * step).toPrecision(12)));
}

const refused = (word: string, message: string): UserError =>
  new UserError("usage/invalid-option", `--param ${word}: ${message}`, {
    path: "param",
    hint: "Write --param fast=5,10,20 --param slow=50:200:50.",
  });
