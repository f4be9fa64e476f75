/**
 * The match conditions and the policy, as they are rendered, against the rules: every request of a small
 * world, in the API server's own evaluator. docs/testing.md says what is held.
 */
import { isEnumerationBuilt, Proof, type Report } from "../enumeration/proof";
import { SLICES, SMALL } from "../enumeration/world";
import { hasGo } from "../../testbed/programs/component-crds";
import { render } from "../../testbed/manifests/rendering";

const MINUTES = 60_000;
const describeWithProgram = isEnumerationBuilt() || hasGo ? describe : describe.skip;

describeWithProgram("the conditions", () => {
  let manifest: string;

  beforeAll(async () => {
    manifest = await render([]);
  });

  test(
    "agree with the rules on every request, and never fail",
    async () => {
      const proof = await Proof.of(SLICES, console.error);
      try {
        const report = await proof.hold(manifest);
        console.error(describeReport(report));
        expect(proof.failures).toEqual([]);
        expect(report.examples).toEqual({});
        expect(report.cases).toBeGreaterThan(1_500_000);
        expect(report.costs?.map(({ most }) => most >= 1000)).toEqual(
          (report.costs ?? []).map(() => true),
        );
        expect(report.costs?.map(({ name }) => name)).toEqual([
          "gmsa-excluded-namespaces",
          "pepr-gmsa.pepr.dev (mutating)",
          "pepr-gmsa.pepr.dev (validating)",
          "workloads.pepr-gmsa.pepr.dev (validating)",
        ]);
      } finally {
        proof.remove();
      }
    },
    15 * MINUTES,
  );

  describe("broken on purpose", () => {
    let proof: Proof;

    beforeAll(async () => {
      proof = await Proof.of(SMALL, console.error);
    }, 5 * MINUTES);

    afterAll(() => {
      proof.remove();
    });

    test(
      "nothing is found where nothing is broken",
      async () => {
        expect((await proof.hold(manifest, { first: true })).examples).toEqual({});
      },
      2 * MINUTES,
    );

    const MUTATE = "pepr-gmsa.pepr.dev (mutating)";
    const VALIDATE = "pepr-gmsa.pepr.dev (validating)";
    const WORKLOADS = "workloads.pepr-gmsa.pepr.dev (validating)";
    const CREDSPECS = "credspecs.pepr-gmsa.pepr.dev (validating)";
    const POLICY = "gmsa-excluded-namespaces";
    const NO_EPHEMERAL =
      /\(object\.spec\.\?ephemeralContainers\.orValue\(null\) == null \? \[\] : object\.spec\.ephemeralContainers\)/;
    const CONTAINERS =
      /\(object\.spec\.\?containers\.orValue\(null\) == null \? \[\] : object\.spec\.containers\)/;

    test.each([
      ["Mutate cannot read null", "Mutating", CONTAINERS, "object.spec.containers", `a ${MUTATE}`],
      ["Mutate is blind to some containers", "Mutating", NO_EPHEMERAL, "[]", `c ${MUTATE}`],
      [
        "Mutate is not shown who asks",
        "Mutating",
        /k in object/,
        "'x' + k in object",
        `c ${MUTATE}`,
      ],
      ["Mutate is shown all", "Mutating", /'' &&\n/, "'x' ||\n", `d ${MUTATE}`],
      [
        "Validate cannot read null",
        "Validating",
        CONTAINERS,
        "object.spec.containers",
        `a ${VALIDATE}`,
      ],
      ["Validate is blind to some containers", "Validating", NO_EPHEMERAL, "[]", `b ${VALIDATE}`],
      [
        "Validate looks at no contents",
        "Validating",
        /gmsaCredentialSpec\.orValue\(''\) != ''/,
        "gmsaCredentialSpec.orValue('') == 'x'",
        `b ${VALIDATE}`,
      ],
      ["Validate is blind to names", "Validating", /\[c\.name, /, "['', ", `b ${VALIDATE}`],
      [
        "Validate is shown all",
        "Validating",
        /oldObject == null \?/,
        "oldObject == null ? true :",
        `d ${VALIDATE}`,
      ],
      [
        "workloads cannot read null",
        "Validating",
        /\(s\.\?containers\.orValue\(null\) == null \? \[\] : s\.containers\)/,
        "s.containers",
        `a ${WORKLOADS}`,
      ],
      [
        "workloads have one list",
        "Validating",
        /\(s\.\?initContainers\.orValue\(null\) == null \? \[\] : s\.initContainers\)/,
        "[]",
        `b ${WORKLOADS}`,
      ],
      [
        "controllers are not told apart",
        "Validating",
        /o\.\?controller\.orValue\(false\)/,
        "o.controller",
        `a ${WORKLOADS}`,
      ],
      [
        "new credspecs have no old one",
        "Validating",
        /oldObject == null \|\| object == null \|\|/,
        "oldObject != null &&",
        `b ${CREDSPECS}`,
      ],
      [
        "the policy cannot read null",
        "Policy",
        CONTAINERS,
        "object.spec.containers",
        `a ${POLICY}`,
      ],
      ["the policy is blind to some containers", "Policy", NO_EPHEMERAL, "[]", `e ${POLICY}`],
      [
        "the policy takes all for old",
        "Policy",
        /oldObject == null \? \[\]/,
        "oldObject == null ? variables.settings",
        `e ${POLICY}`,
      ],
      [
        "the policy refuses all",
        "Policy",
        /variables\.settings == variables\.oldSettings/,
        "false",
        `d ${POLICY}`,
      ],
    ])(
      "it is found that %s",
      async (_what, kind, from, to, violation) => {
        const report = await proof.hold(broken(manifest, kind, from, to), { first: true });
        expect(Object.keys(report.violations)).toContain(violation);
      },
      2 * MINUTES,
    );
  });
});

/** The installation with one thing changed in the one document of this kind. */
function broken(manifest: string, kind: string, from: RegExp, to: string): string {
  const head = new RegExp(`^kind: (${kind}WebhookConfiguration|ValidatingAdmission${kind})$`, "m");
  const documents = manifest.split(/^---$/m);
  const index = documents.findIndex(document => head.test(document));
  const document = documents[index] ?? "";
  const changed = document.replace(from, () => to);
  if (changed === document) throw new Error(`no ${kind} document holds ${String(from)}`);
  return documents.with(index, changed).join("---");
}

function describeReport({ cases, witnesses, whole, seconds, slices, costs }: Report): string {
  const lines = Object.entries(slices).map(([name, count]) => `  ${name}: ${count}`);
  const prices = (costs ?? []).map(
    ({ name, of1000, dearest, most }) =>
      `  ${name}: 1,000 containers cost ${of1000}, at most ${dearest} in one expression; ${most} pass`,
  );
  return [
    `${cases} requests evaluated in ${seconds.toFixed(1)} s (${witnesses} decoded as a whole, ${whole} by the API server's own matchers)`,
    ...lines,
    ...prices,
  ].join("\n");
}
