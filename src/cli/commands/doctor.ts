import { checkMachine, type Finding } from "../doctor.ts";
import { command } from "../command.ts";

const marks: Record<Finding["status"], string> = { ok: "ok     ", missing: "MISSING", optional: "without" };

/** tradewind doctor [--json] */
export default command({
  name: "doctor",
  summary: "Tell what is installed, what is missing and how to get it",
  params: {},
  run: () => checkMachine(),
  failed: ({ healthy }) => !healthy,
  print({ healthy, findings }) {
    const width = Math.max(...findings.map(({ name }) => name.length));
    const indent = " ".repeat(width + 11);
    const lines = findings.map(({ name, status, found, remedy }) =>
      [`${marks[status]}  ${name.padEnd(width)}  ${found}`, ...(remedy === undefined ? [] : [`${indent}${remedy}`])].join("\n"),
    );
    return `${lines.join("\n")}\n\n${healthy ? "Everything that is needed is here." : "Something that is needed is missing."}`;
  },
});
