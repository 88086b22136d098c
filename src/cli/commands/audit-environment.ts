import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind audit environment FILE [--data NAME] [--reward NAMES] [--check NAMES] [--rounds N] [--seed N] [--learn STEPS] [--json] */
export default command({
  name: "audit environment",
  summary: "Hold anyone's environment to everything that can be told from outside",
  params: {
    file: z.string().describe("module that exports environment({ … }) or auditSubject({ … }), or a list of them, as default"),
    data: z.string().optional().describe("data set for an environment over bars, beside a synthetic walk"),
    reward: z.array(z.string()).default(["log-return"]).describe("rewards of an environment over bars"),
    check: z.array(z.string()).default([]).describe("checks to make; all unless given"),
    rounds: z.int().positive().default(5).describe("how often each check is tried, each time with other dice"),
    steps: z.int().positive().default(200).describe("environment steps of each run"),
    seed: z.int().min(0).default(1).describe("of the dice: round r has those of seed + r"),
    learn: z.int().min(0).default(0).describe("steps of PPO on a market that can be learnt, such as 30000"),
    html: z.string().optional().describe("file for the report as a page"),
    home: homeOption,
  },
  arguments: ["file"],
  run: async (request, { app, ...context }) => (await app()).runEnvironmentAudit(request, context),
  failed: ({ passed }) => !passed,
  print({ again, html, subjects, passed }) {
    const parts = subjects.map((subject) => subjectText(again, subject));
    const checks = subjects.flatMap((subject) => subject.checks);
    const count = (verdict: string) => checks.filter((check) => check.verdict === verdict).length;
    const tally = `${count("passed")} checks passed, ${count("failed")} failed, ${count("unchecked")} could not be made`;
    return [...parts, `${passed ? "Passed" : "FAILED"}: ${tally}.`, ...(html === null ? [] : [`Page  ${html}`])].join("\n\n");
  },
});

type Audit = Awaited<ReturnType<(typeof import("../../app/index.ts"))["runEnvironmentAudit"]>>;
type Subject = Audit["subjects"][number];

const marks = { passed: "passed", failed: "FAILED", unchecked: "not checked" } as const;

function subjectText(again: string, { subject, checks }: Subject): string {
  const rows = checks.map(({ check, verdict, examined, message }) => [
    check,
    marks[verdict],
    examined.toLocaleString("en-US"),
    verdict === "unchecked" ? message : "",
  ]);
  const faults = checks.flatMap(({ check, promise, message, seed }) =>
    seed === null
      ? []
      : [
          `FAILED ${check}: ${message}`,
          `  It must hold that ${promise}.`,
          `  To see it: ${again} --check "${check}" --seed ${seed} --rounds 1`,
        ],
  );
  const notes = checks.flatMap(({ check, notes: said }) => said.map((note) => `${check}: ${note}.`));
  const tables = checks
    .filter(({ standings }) => standings.length > 0)
    .flatMap(({ check, standings }) => ["", ...standingLines(check, standings)]);
  return [
    subject,
    renderTable(["check", "", "compared", ""], rows),
    ...tables,
    ...(tables.length > 0
      ? ["", "Means of episodes; gains and falls are shares of the equity at the start, or money where there was none."]
      : []),
    ...(notes.length > 0 ? ["", ...notes] : []),
    ...(faults.length > 0 ? ["", ...faults] : []),
  ].join("\n");
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

/** Mean reward, gain and deepest fall of each policy's episodes. */
function standingLines(check: string, standings: Subject["checks"][number]["standings"]): string[] {
  const rows = standings.map(({ name, reward, gain, drawdown }) => [name, ...[reward, gain, drawdown].map(figure)]);
  return [renderTable([check, "reward", "gain", "deepest fall"], rows)];
}
