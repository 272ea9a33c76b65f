/**
 * What a BIOS runs when it starts such a partition by mistake: it says that nothing boots from here, and halts. lifeboat
 * boots through the disk's first sectors and never jumps here; Microsoft's boot code isn't shipped.
 */

/** jmp 0x54; nop */
export const JUMP = Buffer.from([0xeb, 0x52, 0x90]);

const CODE_BYTES = 426;
const MESSAGE = "Nothing boots from this partition.\r\n\0";

/** 16-bit code that doesn't care where it was loaded: it finds the message behind itself. */
const CODE = Buffer.from([
  0xfc, //             cld
  0xe8,
  0x00,
  0x00, // call next
  0x5e, //       next: pop si
  0x83,
  0xc6,
  0x16, // add si, message - next
  0x2e,
  0xac, // char: cs lodsb
  0x84,
  0xc0, //       test al, al
  0x74,
  0x09, //       jz halt
  0xb4,
  0x0e, //       mov ah, 0x0e
  0xbb,
  0x07,
  0x00, // mov bx, 7
  0xcd,
  0x10, //       int 0x10
  0xeb,
  0xf1, //       jmp char
  0xf4, //       halt: hlt
  0xeb,
  0xfd, //       jmp halt
]);

export function bootCode(): Buffer {
  return Buffer.concat([CODE, Buffer.from(MESSAGE, "latin1")], CODE_BYTES);
}
