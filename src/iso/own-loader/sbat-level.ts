/**
 * The revocation level to expect of a computer. Every shim sets its own on a computer whose level is older, the stick's too, so an
 * ISO's boot loader must reach this one to be started from the stick.
 *
 * Source: section `.sbatlevel` of shim 16.1 as Debian signs it (the kit's), level "automatic" of 2025-02-18. A test compares the two:
 * when Debian brings a newer shim, this is what has to follow. A stick's shim may be older or newer than this; `refresh`
 * asks that one.
 */
import type { SbatGenerations } from "./sbat.ts";
import { parseSbat } from "./sbat.ts";

export const EXPECTED_SBAT_LEVEL: SbatGenerations = parseSbat(
  "sbat,1,2025021800\nshim,4\ngrub,5\n",
);
