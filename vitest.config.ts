import { enableCompileCache } from "node:module";
import { defineConfig } from "vitest/config";

// Programs and worker threads that tests start load what an earlier one compiled, as those of a person do.
process.env.NODE_COMPILE_CACHE ??= enableCompileCache().directory;

export default defineConfig({
  test: {
    include: ["{src,test}/**/*.test.ts", "web/src/**/*.test.{ts,tsx}"],
    pool: "forks", // ONNX Runtime and DuckDB are native: a process each keeps one file's crash from another's tests.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", "./test/count-reporter.ts"],
    coverage: { include: ["src/**/*.ts"], exclude: ["**/*.test.ts"] },
  },
});
