import { join } from "node:path";

/** The shipped installation. */
export const MANIFEST = join(__dirname, "../../dist/gmsa.yaml");
