/** Carried out before each test file: what it puts into folders of its own is gone when it ends, and its environment is what it was. */
import { afterAll, vi } from "vitest";
import { removeSuiteFolders } from "./suite-folder.ts";

const before = { ...process.env };

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await removeSuiteFolders();
});
