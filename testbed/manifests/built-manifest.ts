import { join } from "node:path";

/** The installation as it is shipped. */
export const MANIFEST = join(__dirname, "../../dist/gmsa.yaml");
