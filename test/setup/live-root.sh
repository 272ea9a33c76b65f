#!/bin/sh
# Builds the root file system of a small live system. Needs root. Called by live-system.ts:
#   live-root.sh FOLDER MIRROR FLAVOUR
# FOLDER is an empty folder; it gets vmlinuz, initrd.img and filesystem.squashfs. FLAVOUR is live-boot or dracut.
set -eu
folder=$1 mirror=$2 flavour=$3

# Mounts that debootstrap leaves behind when it is interrupted end with this namespace.
if [ -z "${LIVE_ROOT_OWN_MOUNTS:-}" ]; then
  exec unshare --mount --propagation private env LIVE_ROOT_OWN_MOUNTS=1 sh "$0" "$@"
fi

root=$folder/root
common=systemd-sysv,udev,kmod,zstd,busybox,dmsetup
case $flavour in
live-boot) packages=$common,linux-image-amd64,live-boot,live-boot-initramfs-tools ;;
dracut) packages=$common,squashfs-tools ;;
*) echo "unknown flavour: $flavour" >&2; exit 2 ;;
esac

# Says the last lines of a log where what wrote it failed.
logged() {
  log=$1
  shift
  "$@" >"$log" 2>&1 || { tail -n 5 "$log" >&2; exit 1; }
}

logged "$folder/debootstrap.log" debootstrap --variant=minbase --include="$packages" bookworm "$root" "$mirror"
if [ "$flavour" = dracut ]; then
  # Only apt can choose: the kernel's first choice of an initrd maker is another, and there can be only one.
  # INITRD: the packages' own initrds are not made, each takes a minute.
  logged "$folder/apt.log" chroot "$root" env DEBIAN_FRONTEND=noninteractive INITRD=No \
    apt-get install -y --no-install-recommends dracut dracut-live linux-image-amd64
fi

echo lifeboat-live >"$root/etc/hostname"
printf '127.0.0.1 localhost lifeboat-live\n' >"$root/etc/hosts"
: >"$root/etc/fstab"
# A machine id of its own: without one, systemd would set up the whole system anew at each start.
echo 6c696665626f61746c69766574657374 >"$root/etc/machine-id"
echo root:live | chroot "$root" chpasswd
# A login on the serial line, whether or not the kernel line names it as a console.
chroot "$root" systemctl --quiet enable serial-getty@ttyS0.service
# What a minute of emulation shouldn't be spent on.
chroot "$root" systemctl --quiet mask \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  getty-static.service ldconfig.service systemd-hwdb-update.service systemd-journal-catalog-update.service \
  systemd-journal-flush.service systemd-pstore.service systemd-random-seed.service systemd-sysusers.service \
  systemd-tmpfiles-clean.timer systemd-update-done.service systemd-update-utmp.service \
  systemd-update-utmp-runlevel.service

kernel=$(ls "$root/lib/modules")
if [ "$flavour" = dracut ]; then
  # The initrd of a live ISO: for any computer, with the module that finds and mounts the live system.
  logged "$folder/dracut.log" chroot "$root" dracut --force --no-hostonly --add dmsquash-live \
    --add-drivers 'overlay squashfs isofs loop' /boot/initrd.img "$kernel"
  cp "$root/boot/initrd.img" "$folder/initrd.img"
else
  cp "$root/boot/initrd.img-$kernel" "$folder/initrd.img"
fi
cp "$root/boot/vmlinuz-$kernel" "$folder/vmlinuz"

# Drivers and texts that no emulated computer needs. lz4: the fastest to read, and to write.
drivers="usr/lib/modules/$kernel/kernel/drivers"
mksquashfs "$root" "$folder/filesystem.squashfs" -comp lz4 -noappend -no-progress -no-xattrs -quiet -wildcards -e \
  'boot/*' 'var/cache/apt/*' 'var/lib/apt/lists/*' 'var/log/*' 'tmp/*' 'usr/share/doc/*' 'usr/share/man/*' \
  'usr/share/locale/*' 'usr/share/info/*' "usr/lib/modules/$kernel/kernel/sound" \
  "usr/lib/modules/$kernel/kernel/arch/x86/kvm" "$drivers/gpu" "$drivers/media" "$drivers/net/wireless" \
  "$drivers/infiniband" "$drivers/staging" "$drivers/iio" "$drivers/net/ethernet"

rm -rf --one-file-system "$root"
# The caller may be another user.
chmod 644 "$folder/vmlinuz" "$folder/initrd.img" "$folder/filesystem.squashfs"
