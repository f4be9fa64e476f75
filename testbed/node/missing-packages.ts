/** Prints the Debian packages that a real node needs and this machine lacks, in one line. */
import { missingPackages } from "./prerequisites";

console.log(missingPackages().join(" "));
