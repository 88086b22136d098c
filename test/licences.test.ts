import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Licences that let anyone use, change and sell what is built on them. */
const permissive = new Set([
  "MIT",
  "Apache-2.0",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Unlicense",
  "Python-2.0",
]);

/** Other licences that are accepted, and why. */
const exceptions: readonly { readonly packages: RegExp; readonly licence: string; readonly reason: string }[] = [
  { packages: /^lightningcss/, licence: "MPL-2.0", reason: "builds the dashboard as part of Vite; nothing of it is shipped" },
];

interface Installed {
  readonly license?: string;
  readonly dev?: boolean;
}

const lock = JSON.parse(readFileSync(new URL("../node_modules/.package-lock.json", import.meta.url), "utf8")) as {
  packages: Record<string, Installed>;
};

/** Whether one of the choices `(A OR B)` is permissive, or all of `A AND B` are. */
const isPermissive = (licence: string): boolean =>
  licence
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((part) => permissive.has(part.trim())));

test("every installed package is under a permissive licence, or excepted by name", () => {
  const offending = Object.entries(lock.packages).flatMap(([path, { license = "none stated" }]) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const isExcepted = exceptions.some(({ packages, licence }) => packages.test(name) && licence === license);
    return isPermissive(license) || isExcepted ? [] : [`${name}: ${license}`];
  });
  expect(offending).toEqual([]);
});

test("what is excepted is a tool, not a dependency of the program", () => {
  const shipped = Object.entries(lock.packages).filter(
    ([path, { dev }]) => !dev && exceptions.some(({ packages }) => packages.test(path.replace(/^.*node_modules\//, ""))),
  );
  expect(shipped).toEqual([]);
});
