export { type Decision, type ForcedExit, type Reduction, type RiskEngine, riskEngine, RiskSpec, RuleSpec } from "./engine.ts";
export { KillSwitch, type Latch, type TradingState, tradingStates } from "./kill-switch.ts";
export {
  type Demand,
  type Denial,
  type DenialCode,
  type RiskContext,
  type Rule,
  rule,
  type RunningRule,
  shrinkingLots,
  type Verdict,
} from "./rule.ts";
export { rules } from "./rules/index.ts";
