import type { Reporter, TestModule } from "vitest/node";

/** Prints as the last line how many tests there were: `N passed, N failed, N skipped`. A file that cannot run counts as one failure. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
    // After vitest's own summary, which is written when this event has been handled.
    process.once("exit", () =>
      console.log(`${count("passed")} passed, ${count("failed") + count("pending") + broken} failed, ${count("skipped")} skipped`),
    );
  }
}
