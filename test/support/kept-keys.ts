/**
 * RSA keys for tests. Generating one takes longer than most tests, so they are cached on the
 * machine. Tests of key generation itself generate their own.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makePair } from "../../certificates/authority";
import type { SignedPair } from "../../certificates/authority";
import { pkiKeys } from "../fixtures/own-pki";
import type { PkiKeys } from "../fixtures/own-pki";
import { cacheRoot } from "../../testbed/programs/cache";

/** As many as one test file needs: three pairs, or two chains of three. */
type Keys = [...PkiKeys, ...PkiKeys];

function readKeys(file: string): Keys | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Keys;
  } catch {
    return undefined;
  }
}

/** Private keys, PEM; the same in every run. */
export async function keptKeys(): Promise<Keys> {
  const file = join(cacheRoot(), "test-keys.json");
  const kept = readKeys(file);
  if (kept !== undefined) return kept;
  const keys: Keys = [...(await pkiKeys()), ...(await pkiKeys())];
  mkdirSync(cacheRoot(), { recursive: true });
  // Another test file may be reading the file.
  const draft = `${file}.${String(process.pid)}`;
  writeFileSync(draft, JSON.stringify(keys), { mode: 0o600 });
  renameSync(draft, file);
  return keys;
}

/** Pairs as the certificate controller creates them, at most three, each with its own key. */
export async function keptPairs<Days extends number[]>(
  ...days: Days
): Promise<{ [Index in keyof Days]: SignedPair }> {
  const keys = await keptKeys();
  const pairs = days.map((valid, index) => pairOf(valid, keys.slice(2 * index)));
  return (await Promise.all(pairs)) as { [Index in keyof Days]: SignedPair };
}

async function pairOf(days: number, keys: string[]): Promise<SignedPair> {
  return makePair(days, () => {
    const key = keys.shift();
    return key === undefined ? Promise.reject(new Error("no key is left")) : Promise.resolve(key);
  });
}
