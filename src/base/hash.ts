import { createHash } from "node:crypto";

/** SHA-256 of bytes or of text as UTF-8, in lower-case hexadecimal. */
export function sha256(content: string | ArrayBufferView): string {
  return createHash("sha256")
    .update(typeof content === "string" ? content : new Uint8Array(content.buffer, content.byteOffset, content.byteLength))
    .digest("hex");
}

/** JSON with the keys of every object in order, so that equal content has equal text. `undefined` fields are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)))
      : item,
  );
}

/** SHA-256 of a value's canonical JSON. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value));
