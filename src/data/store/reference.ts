import { UserError } from "../../base/index.ts";

/** What a person writes to mean stored bars: `name`, `name:SYMBOL` of several instruments, `name@hash` of an older version. */
export interface Reference {
  readonly name: string;
  readonly symbol?: string;
  /** The first six or more hexadecimal digits of a content hash. */
  readonly version?: string;
}

const pattern = /^(?<name>[a-z0-9][a-z0-9._-]{0,63})(?::(?<symbol>.+?))?(?:@(?<version>[0-9a-f]{6,64}))?$/s;

/** Parses a reference; a text that cannot be one is `usage/invalid-option`. */
export function parseReference(text: string): Reference {
  const groups = pattern.exec(text)?.groups;
  if (!groups) throw badReference(text);
  const { name, symbol, version } = groups as { name: string; symbol?: string; version?: string };
  return { name, ...(symbol !== undefined && { symbol }), ...(version !== undefined && { version }) };
}

/** Whether a text could be a reference to stored bars. */
export const isReference = (text: string): boolean => pattern.test(text);

/** Refuses names that could leave the store's folder, or mean different files on different systems. */
export function assertName(name: string): void {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return;
  throw badName(name);
}

const badReference = (text: string) =>
  new UserError("usage/invalid-option", `"${text}" cannot mean a data set`, {
    path: "name",
    hint: "Write its name, NAME@VERSION with six digits of the version or more, or NAME:SYMBOL for one of several instruments.",
  });

const badName = (name: string) =>
  new UserError("usage/invalid-option", `"${name}" cannot be the name of a data set`, {
    path: "name",
    hint: "Use up to 64 lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
  });
