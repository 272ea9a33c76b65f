/** For start.test.ts: starts a child that would run for ten minutes, notes its id, and ends as told. */
import { writeFileSync } from "node:fs";
import { start } from "../../../src/system/start.ts";

const [how = "exit", pidFile = "pid"] = process.argv.slice(2);
const child = await start("sleep", ["600"]);
writeFileSync(pidFile, String(child.pid));
if (how === "exit") process.exit(0);
process.kill(process.pid, how);
