/** Answer files ("unattend.xml"): made from options, and those of users checked. Nothing here was tried on real Windows. */
export { sanPolicyXml, unattendXml } from "./build.ts";
export { checkUnattend } from "./check-file.ts";
export type { UnattendContext, UnattendPass, UnattendReport } from "./check-file.ts";
export { checkOptions } from "./check-options.ts";
export type { OptionProblem } from "./check-options.ts";
export { ARCHITECTURES, SAN_POLICY } from "./options.ts";
export type { Architecture, LocalAccount, SanPolicy, UnattendOptions } from "./options.ts";
