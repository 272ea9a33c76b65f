/** Where in the settings a user is named: who is asked for must be there. */
import type { StickSettings } from "./schema.ts";

/** Ways to the lists that name the user, without the superusers: `menu › users`, `images › /a.iso › users`. */
export function placesOfUser(settings: StickSettings, name: string): string[] {
  const { superusers: _superusers, users: _users, ventoy: _ventoy, ...rest } = settings;
  return placesIn([], rest, name);
}

function placesIn(path: readonly string[], value: unknown, name: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    return path.at(-1) === "users" && value.includes(name) ? [path.join(" › ")] : [];
  }
  return Object.entries(value).flatMap(([key, one]) => placesIn([...path, key], one, name));
}
