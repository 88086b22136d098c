import { expect, test } from "vitest";
import { missingEntries } from "../scripts/lock-file.ts";

test("the lock file holds the optional packages of every platform, so that `npm ci` takes it everywhere", () => {
  expect([...missingEntries().keys()], "run `node scripts/lock-file.ts`").toEqual([]);
});

test("what is missing is added with its version and platform", () => {
  const packages = {
    "node_modules/tool": {
      dev: true,
      optionalDependencies: { "@tool/linux-arm-musleabihf": "1.0.0", "@tool/win32-x64": "1.0.0", "@tool/darwin-arm64": "1.0.0" },
    },
    "node_modules/@tool/darwin-arm64": { version: "1.0.0" },
  };
  expect(Object.fromEntries(missingEntries({ packages }))).toEqual({
    "node_modules/@tool/linux-arm-musleabihf": { version: "1.0.0", os: ["linux"], cpu: ["arm"], libc: ["musl"], dev: true, optional: true },
    "node_modules/@tool/win32-x64": { version: "1.0.0", os: ["win32"], cpu: ["x64"], dev: true, optional: true },
  });
});
