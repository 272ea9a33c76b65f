/** Programs signed by authorities of any name, with sbsign. */
import { basename, join } from "node:path";
import { judge } from "./tools.ts";

/** A real program of the memtest86+ package, with a Linux boot header and unsigned. */
export const PROGRAM = "/boot/memtest86+x64.efi";

interface Authority {
  readonly key: string;
  readonly certificate: string;
}

/** A certificate authority of this name, and a signing certificate under it. */
async function signerOf(folder: string, authority: string): Promise<Authority> {
  const at = (name: string) => join(folder, name);
  const newKey = ["req", "-newkey", "rsa:2048", "-nodes", "-sha256"];
  await judge("openssl", [
    ...newKey,
    "-x509",
    "-subj",
    `/O=Test/CN=${authority}`,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
  ]);
  await judge("openssl", [
    ...newKey,
    "-subj",
    "/CN=Test Signer 2026",
    "-keyout",
    at("s.key"),
    "-out",
    at("s.csr"),
  ]);
  await judge("openssl", [
    "x509",
    "-req",
    "-in",
    at("s.csr"),
    "-CA",
    at("ca.pem"),
    "-CAkey",
    at("ca.key"),
    "-CAcreateserial",
    "-out",
    at("s.pem"),
  ]);
  return { key: at("s.key"), certificate: at("s.pem") };
}

/** Signs `program` under an authority of this name, beside signatures that it has; returns the new file. */
export async function sign(folder: string, authority: string, program = PROGRAM): Promise<string> {
  const { key, certificate } = await signerOf(folder, authority);
  const output = join(folder, `${authority.replaceAll(/\W/g, "")}-${basename(program, ".signed")}`);
  await judge("sbsign", ["--key", key, "--cert", certificate, "--output", output, program]);
  return output;
}
