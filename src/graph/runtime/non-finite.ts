import { formatShape } from "../shape.ts";
import { evaluatedOperands, evaluationOrder, type Tensor } from "../tensor.ts";
import { compile, type ProgramSpec } from "./program.ts";

/** Where a run first left the finite numbers. */
export interface NonFinite {
  /** From 0, of a program that runs its graph several times in one run. */
  readonly turn: number;
  /** The operation with its shape and its operands', such as `log [64, 1] of sub [64, 1]`; for what was fed, its name. */
  readonly operation: string;
}

/**
 * Finds the first operation whose result is not finite, by running the program's graph again, turn by turn, on what it was fed and
 * with every result in sight. Slow, and for a run that has failed only. Variables are left as they are.
 */
export function locateNonFinite(
  { outputs, assign = [], times = 1 }: ProgramSpec<string>,
  inputs: Readonly<Record<string, Float32Array>>,
): NonFinite | undefined {
  const nodes = evaluationOrder([...Object.values(outputs), ...assign.map(([, value]) => value)]);
  const held = assign.map(([{ attributes }]) => attributes.data.slice());
  const watched = compile({ outputs: Object.fromEntries(nodes.map((node, index) => [`watched/${index}`, node])), assign });
  try {
    for (let turn = 0; turn < times; turn++) {
      for (const [name, data] of Object.entries(watched.inputs)) {
        data.set(inputs[name]!.subarray(turn * data.length, (turn + 1) * data.length));
      }
      watched.run();
      const at = nodes.findIndex((_, index) => !watched.outputs[`watched/${index}`]!.every(Number.isFinite));
      if (at >= 0) return { turn, operation: describe(nodes[at]!) };
      watched.commit();
    }
    return undefined;
  } finally {
    watched.close();
    assign.forEach(([{ attributes }], index) => attributes.data.set(held[index]!));
  }
}

function describe(node: Tensor): string {
  const operands = evaluatedOperands(node).map(title);
  return operands.length === 0 ? title(node) : `${title(node)} of ${operands.join(" and ")}`;
}

function title({ op, shape, attributes }: Tensor): string {
  return `${(attributes as { name?: string }).name ?? op} ${formatShape(shape)}`;
}
