export { type Lab, openLab } from "./lab.ts";
export { ModelManifest } from "./model-manifest.ts";
export type { LoadedModel, ModelRecord, ModelRegistry } from "./model-registry.ts";
export type { RunChange, RunPoint, RunRecord, RunStore } from "./run-store.ts";
