# Reads the first sectors of a disk image as od -An -v -tu1 prints them, and prints its partitions: NUMBER START LENGTH, in
# sectors of 512 bytes. Those that begin where the image begins are the image itself, and left out. "sectors" is its size.
{ for (i = 1; i <= NF; i++) byte[count++] = $i }

function number(at, bytes,    i, value) {
  for (i = bytes - 1; i >= 0; i--) value = value * 256 + byte[at + i]
  return value + 0
}

function partition(n, start, span) {
  if (start > 0 && span > 0 && start + span <= sectors && printed++ < 16) printf "%d %.0f %.0f\n", n, start, span
}

function gpt(    table, entries, size, n, at, k, type) {
  if (number(512, 4) != 541673029 || number(516, 4) != 1414676816) return
  table = number(512 + 72, 8) * 512
  entries = number(512 + 80, 4)
  size = number(512 + 84, 4)
  if (size < 128 || size > 4096) return
  for (n = 0; n < entries && table + (n + 1) * size <= count; n++) {
    at = table + n * size
    type = 0
    for (k = 0; k < 16; k++) type += byte[at + k]
    if (type > 0) partition(n + 1, number(at + 32, 8), number(at + 40, 8) - number(at + 32, 8) + 1)
  }
}

END {
  if (count < 1024 || byte[510] != 85 || byte[511] != 170) exit
  for (n = 0; n < 4; n++) if (byte[446 + n * 16 + 4] == 238) protective = 1
  if (protective) gpt()
  else for (n = 0; n < 4; n++) if (byte[446 + n * 16 + 4] > 0) {
    partition(n + 1, number(446 + n * 16 + 8, 4), number(446 + n * 16 + 12, 4))
  }
}
