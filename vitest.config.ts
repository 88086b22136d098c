import { defineConfig } from "vitest/config";

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
