/**
 * Carried out before each test file: what it puts into folders of its own is gone when it ends. Here, since hooks that are registered
 * within a `beforeAll` are never called, and the files of a worker share their modules.
 */
import { afterAll } from "vitest";
import { removeSuiteFolders } from "./suite-folder.ts";

afterAll(removeSuiteFolders);
