/**
 * Texts for people, in every language that lifeboat speaks.
 *
 * Each room keeps its sentences in its own `messages.ts`, as functions that return a `Text`; so a sentence can't exist in
 * one language only, and its parameters are checked by the compiler.
 */

export const LANGUAGES = ["en", "zh"] as const;

export type Language = (typeof LANGUAGES)[number];

/** One sentence in every language. */
export type Text = Readonly<Record<Language, string>>;

export function isLanguage(value: string): value is Language {
  return (LANGUAGES as readonly string[]).includes(value);
}

/**
 * The language that the environment asks for, by POSIX precedence: LC_ALL, LC_MESSAGES, LANG. English where none of ours
 * is named.
 */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return locale.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Of an English sentence: `1 file`, `2,048 files`. Chinese has one form for all numbers. @param more the plural. */
export function counted(count: number, one: string, more: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
}
