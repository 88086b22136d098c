import { sha256 } from "../../base/index.ts";

/** SHA-256 of float32 numbers, little-endian; every NaN counts as the same one, for their bits may differ without meaning anything. */
export function valuesHash(values: Float32Array): string {
  const plain = Float32Array.from(values, (value) => (Number.isNaN(value) ? 0 : value));
  const bits = new Uint32Array(plain.buffer);
  values.forEach((value, index) => {
    if (Number.isNaN(value)) bits[index] = 0x7fc00000;
  });
  return sha256(bits);
}
