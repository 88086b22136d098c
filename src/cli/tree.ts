/** Something with what it is made of. */
export interface Tree {
  readonly what: string;
  readonly from: readonly Tree[];
}

/** A tree as lines of text, each node below and to the right of what it belongs to. */
export function renderTree({ what, from }: Tree): string {
  const branches = from.map((node, index) => {
    const isLast = index === from.length - 1;
    const [head, rest] = isLast ? ["└─ ", "   "] : ["├─ ", "│  "];
    return renderTree(node)
      .split("\n")
      .map((line, number) => (number === 0 ? head : rest) + line)
      .join("\n");
  });
  return [what, ...branches].join("\n");
}
