/**
 * Prints, on one line, the Debian packages that this machine lacks for a real node with
 * NetworkPolicies and for tests of the website.
 */
import { missingBrowserPackages } from "./chromium";
import { missingPolicyPackages } from "./policy-prerequisites";
import { missingPackages } from "./prerequisites";

const missing = [...missingPackages(), ...missingPolicyPackages(), ...missingBrowserPackages()];
console.log(missing.join(" "));
