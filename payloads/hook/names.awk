# Reads bytes as od -An -v -tu1 prints them: of an ISO from sector 16 on (kind=iso), or of an ext2, 3 or 4 file system from
# byte 1024 on (kind=ext). Prints the links below /dev that udev would make for it, disk/by-label/… and disk/by-uuid/….
{ for (i = 1; i <= NF; i++) byte[count++] = $i }

function text_at(at, room,    i, out) {
  for (i = 0; i < room; i++) out = out sprintf("%c", byte[at + i])
  return out
}

# The bytes of a label go to name[], without what follows a zero byte.
function take(at, room,    i) {
  size = 0
  for (i = 0; i < room && byte[at + i] != 0; i++) name[size++] = byte[at + i]
}

# The same from UTF-16, most significant byte first.
function take_utf16(at, room,    i, code, low) {
  size = 0
  for (i = 0; i + 1 < room; i += 2) {
    code = byte[at + i] * 256 + byte[at + i + 1]
    if (code == 0) break
    if (code >= 55296 && code < 56320 && i + 3 < room) {
      low = byte[at + i + 2] * 256 + byte[at + i + 3]
      if (low >= 56320 && low < 57344) { code = 65536 + (code - 55296) * 1024 + low - 56320; i += 2 }
    }
    if (code < 128) name[size++] = code
    else if (code < 2048) { name[size++] = 192 + int(code / 64); name[size++] = 128 + code % 64 }
    else {
      if (code < 65536) name[size++] = 224 + int(code / 4096)
      else { name[size++] = 240 + int(code / 262144); name[size++] = 128 + int(code / 4096) % 64 }
      name[size++] = 128 + int(code / 64) % 64
      name[size++] = 128 + code % 64
    }
  }
}

# How many bytes the UTF-8 character at i has; 1 where it is none.
function character(i,    first, wanted, k) {
  first = name[i]
  wanted = first >= 194 && first < 224 ? 2 : first >= 224 && first < 240 ? 3 : first >= 240 && first < 245 ? 4 : 1
  if (i + wanted > size) return 1
  for (k = 1; k < wanted; k++) if (name[i + k] < 128 || name[i + k] > 191) return 1
  if (first == 224 && name[i + 1] < 160 || first == 237 && name[i + 1] > 159) return 1
  if (first == 240 && name[i + 1] < 144 || first == 244 && name[i + 1] > 143) return 1
  return wanted
}

# udev's escaping: letters, digits, #+-.:=@_ and UTF-8 stay, the rest is \xHH.
function encoded(    i, k, wanted, out) {
  while (size > 0 && (name[size - 1] == 32 || name[size - 1] >= 9 && name[size - 1] <= 13)) size--
  for (i = 0; i < size; i += wanted) {
    wanted = character(i)
    if (wanted == 1 && !index(SAFE, sprintf("%c", name[i]))) out = out sprintf("\\x%02x", name[i])
    else for (k = 0; k < wanted; k++) out = out sprintf("%c", name[i + k])
  }
  return out
}

function link(folder, label) {
  if (label == "" || label == "." || label == ".." || seen[folder label]++) return
  print "disk/" folder "/" label
}

# 17 bytes: sixteen digits and a time zone.
function date(at,    digits) {
  digits = text_at(at, 16)
  if (digits !~ /^[0-9]+$/ || digits ~ /^0+$/ && byte[at + 16] == 0) return ""
  return substr(digits, 1, 4) "-" substr(digits, 5, 2) "-" substr(digits, 7, 2) "-" substr(digits, 9, 2) "-" \
    substr(digits, 11, 2) "-" substr(digits, 13, 2) "-" substr(digits, 15, 2)
}

function iso(    at, main, uuid, joliet, plain, escape, other) {
  main = -1
  for (at = 0; at + 2048 <= count && text_at(at + 1, 5) == "CD001" && byte[at] != 255; at += 2048) {
    if (byte[at] == 1 && main < 0) main = at
    if (byte[at] == 2 && main >= 0 && joliet == "") {
      escape = text_at(at + 88, 3)
      if (escape == "%/@" || escape == "%/C" || escape == "%/E") joliet = at
    }
  }
  if (main < 0) return
  uuid = date(main + 830)
  if (uuid == "") uuid = date(main + 813)
  take(main + 40, 32)
  plain = encoded()
  if (joliet != "") {
    # It has room for sixteen characters. Where these are the first of the volume id it says nothing new.
    take_utf16(joliet + 40, 32)
    other = encoded()
    take(main + 40, 16)
    if (other != encoded()) link("by-label", other)
  }
  link("by-label", plain)
  link("by-uuid", uuid)
}

function ext(    i, uuid) {
  if (byte[56] != 83 || byte[57] != 239) return
  take(120, 16)
  link("by-label", encoded())
  for (i = 0; i < 16; i++) uuid = uuid sprintf("%02x", byte[104 + i]) (i == 3 || i == 5 || i == 7 || i == 9 ? "-" : "")
  if (uuid !~ /^[0-]+$/) link("by-uuid", uuid)
}

END {
  SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789#+-.:=@_"
  if (kind == "iso") iso()
  else ext()
}
