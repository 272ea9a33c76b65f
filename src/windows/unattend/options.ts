/** What somebody may want of the first start of a Windows To Go: plain data. */

export const ARCHITECTURES = ["x86", "amd64", "arm64"] as const;

/** As answer files call them. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** What an answer file does with the computer's own disks (VDS_SAN_POLICY). */
export const SAN_POLICY = {
  onlineAll: 1,
  offlineShared: 2,
  offlineAll: 3,
  /** For Windows To Go: it changes nothing on the computer's own disks, and doesn't show them either. */
  offlineInternal: 4,
} as const;

export type SanPolicy = (typeof SAN_POLICY)[keyof typeof SAN_POLICY];

export interface LocalAccount {
  readonly name: string;
  /** Empty or left out: the account has none. Stored encoded, which isn't encryption: see `encodePassword`. */
  readonly password?: string;
  /**
   * Windows asks for a new password at the second sign-in: the command that demands it runs at the first, which needs the password that
   * is here.
   */
  readonly changePassword?: boolean;
}

export interface UnattendOptions {
  /** Those of the images that the file is for. At least one. */
  readonly architectures: readonly Architecture[];
  /** `*`: Windows thinks of one. */
  readonly computerName?: string;
  /** A member of the Administrators. Without it Windows asks for one. */
  readonly account?: LocalAccount;
  /** As Windows calls it: `W. Europe Standard Time`, `UTC`. */
  readonly timeZone?: string;
  /** Keyboards: `de-DE` or `0407:00000407`, or an input method as `0804:{class}{profile}`; several separated by semicolons. */
  readonly inputLocale?: string;
  /** Language for programs without Unicode. */
  readonly systemLocale?: string;
  /** Language of Windows itself; the image must have it. */
  readonly uiLanguage?: string;
  /** How dates, numbers and money are written. */
  readonly userLocale?: string;
  /** Windows 11 (build 22500 and later) lets itself be set up without a network. */
  readonly bypassNetwork?: boolean;
  readonly sanPolicy?: SanPolicy;
  /** Takes Windows RE away, which has no partition of its own on a stick. */
  readonly uninstallRecovery?: boolean;
  /** The licence isn't shown, and nothing is asked about updates and data. */
  readonly hideEula?: boolean;
  /** A folder on the Windows volume whose drivers are added at the first start: `\Drivers`. */
  readonly drivers?: string;
}

export type UnattendOption = keyof UnattendOptions | "password";
