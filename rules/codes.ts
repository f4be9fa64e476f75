/**
 * The codes of all findings about manifests, for programs and for lookup. A code never changes its
 * meaning and is never reused for another reason. `gmsa doctor` numbers its checks GMSA1xx.
 */
import type { AnyReason } from "./problem";

export const CODES: Readonly<Record<AnyReason, `GMSA${number}`>> = {
  // Texts and objects
  unreadable: "GMSA201",
  "not an object": "GMSA202",
  shape: "GMSA203",
  unquoted: "GMSA204",
  "duplicate key": "GMSA205",
  "same object": "GMSA208",
  suite: "GMSA206",
  "not as expected": "GMSA207",
  // Pods and Pod templates
  "field name": "GMSA210",
  "credspec name": "GMSA211",
  "pod placeholder": "GMSA212",
  "node os": "GMSA213",
  "host process": "GMSA214",
  "contents by hand": "GMSA215",
  "helper annotation": "GMSA216",
  "alpha annotation": "GMSA217",
  "old workload": "GMSA218",
  "no value": "GMSA219",
  "outside template": "GMSA280",
  // GMSACredentialSpecs
  "credspec kind": "GMSA220",
  "old version": "GMSA221",
  "object name": "GMSA222",
  "contents misplaced": "GMSA223",
  types: "GMSA224",
  "unknown keys": "GMSA225",
  placeholders: "GMSA226",
  "example values": "GMSA227",
  "cms plugins": "GMSA228",
  accounts: "GMSA229",
  "account names": "GMSA230",
  scopes: "GMSA231",
  "host account": "GMSA232",
  "plugin input": "GMSA233",
  domain: "GMSA234",
  "domain names": "GMSA235",
  "forest names": "GMSA236",
  "domain guid": "GMSA237",
  "domain sid": "GMSA238",
  "machine account": "GMSA239",
  size: "GMSA240",
  "credspec data": "GMSA241",
  "credspec namespace": "GMSA242",
  // Roles and bindings
  role: "GMSA250",
  binding: "GMSA251",
  // What admission refuses
  "contents without name": "GMSA260",
  "too many credspecs": "GMSA261",
  "not authorized": "GMSA262",
  "no such credspec": "GMSA263",
  "no credspec key": "GMSA264",
  "contents differ": "GMSA265",
  "contents malformed": "GMSA266",
  "contents not inlined": "GMSA267",
  "settings changed": "GMSA268",
  "namespace excluded": "GMSA269",
  "cluster failed": "GMSA270",
  // What a dry run in a cluster reports in addition
  "webhook unavailable": "GMSA271",
  "not checked": "GMSA272",
  "not created": "GMSA273",
};

/** The code of a finding with this reason. */
export function codeOf(reason: AnyReason): string {
  return CODES[reason];
}
