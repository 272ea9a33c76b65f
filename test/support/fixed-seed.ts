/**
 * Property tests draw the same values in every run, so that a change is judged by what it changed and not by luck. Long runs
 * (`LIFEBOAT_FUZZ`) draw others each time; what they find becomes a test of its own.
 */
import * as fc from "fast-check";

const SEED = 20_261_130;

if (process.env["LIFEBOAT_FUZZ"] === undefined) fc.configureGlobal({ seed: SEED });
