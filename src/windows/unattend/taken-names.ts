/** Names that an account can't have, in lower case. */

/** Accounts and local groups that every Windows has (they share one list of names), and names that mean something else. */
const TAKEN: ReadonlySet<string> = new Set([
  // accounts
  "administrator",
  "guest",
  "defaultaccount",
  "wdagutilityaccount",
  "defaultuser0",
  // groups, of twenty characters at most: longer names are refused by their length
  "administrators",
  "users",
  "guests",
  "power users",
  "backup operators",
  "print operators",
  "replicator",
  "device owners",
  "event log readers",
  "iis_iusrs",
  "remote desktop users",
  // what stands for somebody else
  "none",
  "system",
  "network",
  "local",
  "local service",
  "network service",
  "everyone",
  "authenticated users",
  "anonymous logon",
  "creator owner",
  "creator group",
  "interactive",
  "service",
  "batch",
  "dialup",
  "self",
  "restricted",
  "console logon",
]);

/** MS-DOS devices, with an extension too: the folder of the profile couldn't be made. */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\.|$)/;

/** @param name in any case. */
export function isTakenName(name: string): boolean {
  const lower = name.toLowerCase();
  return TAKEN.has(lower) || DEVICE.test(lower);
}
