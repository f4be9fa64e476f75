/**
 * The dependency rules: which folder may import which. CONTRIBUTING.md describes the purpose of each
 * folder. `npm run lint` applies the rules to all TypeScript, including tests, and
 * test/unit/tools/house-rules.test.ts plants a violation of each rule.
 */
const ROOMS = {
  capabilities: ["rules", "kube", "telemetry"],
  rules: [],
  kube: ["rules"],
  telemetry: ["rules", "kube"],
  pki: [],
  certificates: ["rules", "kube", "telemetry", "pki"],
  canary: ["rules", "kube", "telemetry"],
  webhook: ["capabilities", "rules", "kube", "telemetry", "pki"],
  cli: ["rules", "kube", "pki", "certificates"],
  testbed: ["rules", "kube", "certificates"],
  // The reference of metrics, checks and rules is generated from these.
  tools: [
    ...["rules", "cli/terminal", "cli/program.ts", "testbed", "telemetry"],
    ...["certificates/keeper-metrics.ts", "cli/diagnosis/check-codes.ts"],
    ...["cli/inside", "cli/manifests/reports/rule-titles.ts"],
  ],
  site: ["tools/docs/site"],
};

/** Folders of the command line tool. Each may also import what `cli` may. */
const CLI_ROOMS = {
  terminal: [],
  options: ["terminal"],
  api: ["terminal"],
  manifests: ["terminal"],
  certificates: ["terminal", "api"],
  inspect: ["terminal", "api", "manifests", "certificates"],
  diagnosis: ["terminal", "api", "manifests", "certificates", "inspect"],
  inside: ["terminal", "api", "manifests", "certificates", "inspect", "diagnosis"],
};

/**
 * Folders below rules/, and which of the others each may import. All may import the files beside the
 * folders. admission/ is above them: it may import each except canary/, which judges the answers of
 * admission.
 */
const RULES_ROOMS = {
  pod: [],
  credspec: [],
  rbac: ["credspec"],
  workload: ["pod", "credspec"],
  "opt-in": ["pod"],
  canary: ["pod", "admission"],
};

/** Matches folders and single files. */
const anyOf = names =>
  `(${names.map(name => (name.endsWith(".ts") ? name : `${name}/`)).join("|")})`;

/** A folder may import itself and the listed folders, but no others below `parent`. */
function roomRules(rule, parent, rooms) {
  return Object.entries(rooms).map(([room, allowed]) => ({
    name: `${rule}-${room}`,
    severity: "error",
    comment: `${parent}${room}/ may import ${allowed.join(", ") || "no other room"}`,
    from: { path: `^${parent}${room}/` },
    to: {
      path: `^${parent}${parent === "" ? anyOf(Object.keys(rooms)) : "[^/]+/"}`,
      pathNot: `^${parent}${anyOf([room, ...allowed])}`,
    },
  }));
}

export default {
  forbidden: [
    {
      name: "1-no-cycle-of-files",
      severity: "error",
      comment: "files that import each other can only be understood, and loaded, together",
      from: {},
      to: { circular: true },
    },
    {
      name: "1-no-cycle-of-folders",
      severity: "error",
      comment: "a folder that is below another one is not above it as well",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
    {
      name: "2-only-tests-import-tests",
      severity: "error",
      comment: "what ships, and what starts clusters, works without test/",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    ...roomRules("3-room", "", ROOMS),
    ...roomRules("3-rules-room", "rules/", RULES_ROOMS),
    ...roomRules("4-cli-room", "cli/", CLI_ROOMS),
    {
      name: "5-commands-stand-alone",
      severity: "error",
      comment: "what two commands need belongs in a room that both may import",
      from: { path: "^cli/commands/([^/]+)/" },
      to: { path: "^cli/commands/", pathNot: "^cli/commands/$1/" },
    },
    {
      name: "5-only-the-program-imports-commands",
      severity: "error",
      from: { pathNot: "^(cli/program\\.ts$|cli/commands/|test/)" },
      to: { path: "^cli/commands/" },
    },
    {
      name: "6-tools-share-only-the-build",
      severity: "error",
      from: { path: "^tools/([^/]+)/" },
      to: { path: "^tools/", pathNot: "^tools/($1|build)/" },
    },
    {
      name: "7-pepr-in-two-rooms",
      severity: "error",
      comment: "Pepr is replaced by changing capabilities/ and webhook/, and nothing else",
      from: { pathNot: "^(capabilities|webhook|test)/" },
      to: { path: "^node_modules/pepr/" },
    },
    {
      name: "7-tools-load-no-server",
      severity: "error",
      comment:
        "the command line tool has no metrics endpoint, nor loads the certificate controller's",
      from: { path: "^cli/" },
      to: { path: "^node_modules/(pepr|prom-client)/" },
    },
    {
      name: "8-client-only-in-kube",
      severity: "error",
      comment: "these rooms may know the types of Kubernetes, and never call it",
      from: { path: "^(rules|pki|telemetry|capabilities)/" },
      to: { path: "^node_modules/@kubernetes/client-node/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "9-rules-are-pure",
      severity: "error",
      comment: "a rule reads no file, no clock of its own and no network",
      from: { path: "^rules/" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|util)$" },
    },
  ],
  options: {
    doNotFollow: { path: "^(site/)?node_modules/" },
    exclude: { path: "^(dist|coverage|site/node_modules)/" },
    // Type imports count as imports, because they show which folder depends on which. No tsConfig is
    // given, because bare "pepr" would then resolve to pepr.ts.
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { extensions: [".ts", ".d.ts", ".js", ".cjs", ".mjs", ".json"] },
  },
};
