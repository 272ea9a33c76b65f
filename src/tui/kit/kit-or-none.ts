import type { Kit } from "../../boot/kit/kit.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { App } from "../app.ts";

/** For what is done without one where there is none. @throws LifeboatError where it is damaged. */
export async function kitOrNone(app: Pick<App, "openKit">): Promise<Kit | undefined> {
  try {
    return await app.openKit();
  } catch (error) {
    if (error instanceof LifeboatError && error.kind === "missing") return undefined;
    throw error;
  }
}
