/** Windows To Go on Windows, by its own tools. Nothing here was run on real Windows: tests answer the calls. */
export { carryOutOnWindows } from "./carry-out.ts";
export { checkHostPlan } from "./check-plan.ts";
export { askHost } from "./facts.ts";
export type { HostFacts } from "./facts.ts";
export type { HostImage, HostLayout, HostPartition, HostPlan } from "./plan.ts";
export { hostSteps } from "./steps.ts";
export type { HostCall, HostStep } from "./steps.ts";
