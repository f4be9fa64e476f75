/** A module of its own, so that only what prints YAML loads the library. */
export { stringify } from "yaml";
