import { randomBytes } from "node:crypto";

/**
 * A certificate's serial number, as the hexadecimal digits that node-forge puts into it.
 *
 * As DER has it, an integer has no more leading zeros than it needs to be positive; node-forge takes
 * away one at most. A certificate with two is refused by Go ("malformed serial number") and OpenSSL
 * ("illegal padding"). So the first byte is neither zero nor negative.
 */
export function serialNumber(random: Buffer = randomBytes(16)): string {
  const first = (random[0] ?? 0) % 0x40;
  return Buffer.concat([Buffer.of(0x40 + first), random.subarray(1)]).toString("hex");
}
