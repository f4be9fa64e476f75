/**
 * Prints the Debian packages that a real node with NetworkPolicies needs and this machine lacks, in
 * one line.
 */
import { missingPolicyPackages } from "./policy-prerequisites";
import { missingPackages } from "./prerequisites";

console.log([...missingPackages(), ...missingPolicyPackages()].join(" "));
