/** Mount points that make a disk the running system's. */

/** On these an installed system stands; `[SWAP]` is lsblk's word for swap in use. */
const SYSTEM_MOUNTS = new Set([
  "/",
  "/boot",
  "/home",
  "/nix",
  "/opt",
  "/srv",
  "/usr",
  "/var",
  "[SWAP]",
]);

/** The same with anything below: `/boot/efi`, `/usr/local`, `/var/log`; and macOS's system volumes. */
const SYSTEM_PREFIXES = ["/boot/", "/usr/", "/var/", "/nix/", "/System/Volumes/"];

/** Where live systems mount the medium that they run from: live-boot, casper, dracut, archiso, older live-boot, Slax. */
const LIVE_MEDIA = [
  "/run/live",
  "/cdrom",
  "/run/initramfs",
  "/run/archiso",
  "/lib/live",
  "/usr/lib/live",
  "/run/rootfsbase",
];

export function isSystemMount(mount: string): boolean {
  return (
    SYSTEM_MOUNTS.has(mount) ||
    SYSTEM_PREFIXES.some((prefix) => mount.startsWith(prefix)) ||
    LIVE_MEDIA.some((place) => mount === place || mount.startsWith(`${place}/`))
  );
}
