/**
 * Prints the Debian packages that a real node with NetworkPolicies and the test of the website need
 * and this machine lacks, in one line.
 */
import { missingBrowserPackages } from "./chromium";
import { missingPolicyPackages } from "./policy-prerequisites";
import { missingPackages } from "./prerequisites";

const missing = [...missingPackages(), ...missingPolicyPackages(), ...missingBrowserPackages()];
console.log(missing.join(" "));
