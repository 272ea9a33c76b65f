/** Names that Windows accepts on NTFS. The format itself takes nearly anything; Windows then can't open the file. */

/** UTF-16 code units. */
const MAX_NAME_UNITS = 255;
const REPLACEMENT = "_";
/** What Win32 forbids in names. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /["*/:<>?\\|\u0000-\u001f]/g;
const TRAILING = /[. ]+$/;
/** Device names, with any extension, digits also as superscripts ("Naming Files, Paths, and Namespaces", Microsoft). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[1-9¹²³]|lpt[1-9¹²³])[ ]*(\.|$)/i;
/** The format's own files in the root. */
const METADATA =
  /^\$(mft|mftmirr|logfile|volume|attrdef|bitmap|boot|badclus|secure|upcase|extend)$/i;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** `name` itself where Windows can use it, else the closest name that it can. */
export function storableName(name: string): string {
  let stored = name.replace(FORBIDDEN, REPLACEMENT).replace(LONE_SURROGATE, REPLACEMENT);
  stored = stored.replace(TRAILING, "");
  if (DEVICE.test(stored) || METADATA.test(stored)) stored = `${REPLACEMENT}${stored}`;
  if (stored.length > MAX_NAME_UNITS) stored = shorten(stored);
  return stored === "" ? REPLACEMENT : stored;
}

/** Cuts before the extension, and never between the halves of a surrogate pair. */
function shorten(name: string): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  const cut = stem.slice(0, MAX_NAME_UNITS - extension.length);
  const whole = /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
  return extension === "" ? whole.replace(TRAILING, "") : whole + extension;
}

/** Characters that DOS allowed in short names, besides letters and digits. */
const SHORT_NAME = /^[a-z0-9!#$%&'()\-@^_`{}~]{1,8}(\.[a-z0-9!#$%&'()\-@^_`{}~]{1,3})?$/i;

/** True where one name serves Win32 and DOS programs. */
export function isShortName(name: string): boolean {
  return SHORT_NAME.test(name);
}
