/** Files of node-forge that add to one object; @types/node-forge describes only the whole package. */
declare module "node-forge/lib/forge" {
  export { asn1, md, pki } from "node-forge";
}
declare module "node-forge/lib/pki";
declare module "node-forge/lib/sha256";
