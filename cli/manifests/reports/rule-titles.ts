/** A short title for each code, for formats with a title in addition to the message. */
import { CODES } from "../../../rules/codes";
import type { AnyReason } from "../../../rules/problem";

const TITLES: Readonly<Record<AnyReason, string>> = {
  unreadable: "Unreadable document",
  "not an object": "Not a Kubernetes object",
  shape: "Value of another type",
  unquoted: "Text without quotes",
  "duplicate key": "Duplicate key",
  "same object": "Object more than once",
  suite: "Mistake in a test suite",
  "not as expected": "Test case not as expected",
  "field name": "Misspelled or misplaced field",
  "credspec name": "Invalid name of a credential spec",
  "pod placeholder": "Placeholder in a Pod",
  "node os": "Pod may not run on Windows",
  "host process": "GMSA on a HostProcess container",
  "contents by hand": "Contents beside a name",
  "helper annotation": "Unknown annotation",
  "alpha annotation": "Annotation of Kubernetes 1.15",
  "old workload": "Removed API version",
  "no value": "Field without a value",
  "outside template": "Settings outside a Pod template",
  "credspec kind": "Not a GMSACredentialSpec",
  "old version": "Deprecated API version",
  "object name": "Invalid object name",
  "contents misplaced": "Contents in the wrong place",
  types: "Value of another type in a credential spec",
  "unknown keys": "Unknown key in a credential spec",
  placeholders: "Placeholder in a credential spec",
  "example values": "Value from a public example",
  "cms plugins": "Plug-ins of a credential spec",
  accounts: "Accounts of a credential spec",
  "account names": "Names of accounts",
  scopes: "Scopes of accounts",
  "host account": "Host account configuration",
  "plugin input": "Plug-in input",
  domain: "Domain of a credential spec",
  "domain names": "Names of the domain",
  "forest names": "Names of the forest",
  "domain guid": "GUID of the domain",
  "domain sid": "SID of the domain",
  "machine account": "Machine account",
  size: "Size of a credential spec",
  "credspec data": "Credential spec as data",
  "credspec namespace": "Namespace of a credential spec",
  role: "Role that does not grant use",
  binding: "Binding that does not grant use",
  "contents without name": "Contents without a name",
  "too many credspecs": "Too many credential specs",
  "not authorized": "Service account not authorized",
  "no such credspec": "Missing credential spec",
  "no credspec key": "Empty credential spec",
  "contents differ": "Contents of another credential spec",
  "contents malformed": "Malformed contents",
  "contents not inlined": "Contents not filled in",
  "settings changed": "Changed GMSA settings",
  "namespace excluded": "Excluded namespace",
  "cluster failed": "No answer from the cluster",
  "webhook unavailable": "Webhook unavailable",
  "not checked": "Pod not checked",
  "not created": "Pod not created",
};

const BY_CODE = new Map(
  Object.entries(TITLES).map(([reason, title]) => [CODES[reason as AnyReason], title]),
);

/** The title of a code such as `GMSA213`. */
export function titleOf(code: string): string {
  return BY_CODE.get(code as `GMSA${number}`) ?? code;
}
