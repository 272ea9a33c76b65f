/**
 * Security descriptors of the keys of a store, self-relative (MS-DTYP 2.4.6): the ones that Windows Setup gives them. They name
 * no computer and no user of one.
 */

const ADMINISTRATORS = "01020000000000052000000020020000";
const SYSTEM = "010100000000000512000000";

/** Revision 1, a DACL, self-relative; owner at 0x48, group at 0x58, DACL at 0x14. */
const HEADER = "010004804800000058000000000000001400000002003400020000000000";

/** @param administrators access mask of BUILTIN\Administrators, little-endian; the system has all (KEY_ALL_ACCESS). */
function descriptor(administrators: string): Buffer {
  const grant = `1800${administrators}${ADMINISTRATORS}`;
  return Buffer.from(`${HEADER}${grant}000014003f000f00${SYSTEM}${ADMINISTRATORS}${SYSTEM}`, "hex");
}

/** `O:BAG:SYD:(A;;KA;;;BA)(A;;KA;;;SY)` */
export const ROOT_SECURITY = descriptor("3f000f00");

/** `O:BAG:SYD:(A;;0x60019;;;BA)(A;;KA;;;SY)`: read, and change the descriptor. */
export const KEY_SECURITY = descriptor("19000600");
