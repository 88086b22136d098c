/** Who may import whom. Folders are layers: a folder imports itself and the ones listed here, nothing else. */
export const mayImport = {
  base: [],
  domain: ["base"],
  graph: ["base"],
  data: ["base", "domain"],
  features: ["base", "domain", "data"],
  market: ["base", "domain"],
  risk: ["base", "domain"],
  env: ["base", "domain", "features", "market", "risk"],
  rl: ["base", "graph", "env"],
  trading: ["base", "domain", "features", "risk", "env", "market"],
  evaluation: ["base", "domain", "data", "features", "market", "risk", "env", "trading"],
  lab: ["base", "domain", "data", "rl", "evaluation"],
  app: ["base", "domain", "graph", "data", "features", "market", "risk", "env", "rl", "trading", "evaluation", "lab"],
  api: ["base", "app"],
  cli: ["base", "app", "api"],
} as const satisfies Record<string, readonly string[]>;

export type Layer = keyof typeof mayImport;
