/**
 * Compares the rendered match conditions and policy with the rules: every request of a small world,
 * in the API server's own evaluator. docs/contributing/testing.md describes the tested properties.
 */
import { isEnumerationBuilt, Proof, type Report } from "../enumeration/proof";
import { SLICES, SMALL } from "../enumeration/world";
import { hasGo } from "../../testbed/programs/component-crds";
import { render } from "../../testbed/manifests/rendering";

const MINUTES = 60_000;
const describeWithProgram = isEnumerationBuilt() || hasGo ? describe : describe.skip;
/** Number of containers that the cost limits must allow. */
const CONTAINERS_AT_LEAST = 1000;

describeWithProgram("the conditions", () => {
  let manifest: string;

  beforeAll(async () => {
    manifest = await render([]);
  });

  test(
    "agree with the rules on every request, and never fail",
    async () => {
      const proof = await Proof.of(SLICES, log);
      try {
        const report = await proof.hold(manifest, {
          wholeEvery: 3499,
          sampleEvery: 997,
          costs: true,
        });
        log(describeReport(report));
        expect(report.violations).toEqual({});
        expect(report.cases).toBeGreaterThan(6_000_000);
        expect(report.costs.map(({ name }) => name)).toEqual([
          "gmsa-excluded-namespaces",
          "pepr-gmsa.pepr.dev (mutating)",
          "pepr-gmsa.pepr.dev (validating)",
          "workloads.pepr-gmsa.pepr.dev (validating)",
        ]);
        expect(report.costs.filter(({ most }) => most < CONTAINERS_AT_LEAST)).toEqual([]);
      } finally {
        proof.remove();
      }
    },
    10 * MINUTES,
  );

  describe("broken on purpose", () => {
    let proof: Proof;

    beforeAll(async () => {
      proof = await Proof.of(SMALL, log);
    }, 5 * MINUTES);

    afterAll(() => {
      proof.remove();
    });

    test(
      "no problem is found in the shipped policies, and the API server's matchers decide in the same way",
      async () => {
        const report = await proof.hold(manifest, { wholeEvery: 11, sampleEvery: 1 });
        expect(report.violations).toEqual({});
        expect(report.whole).toBeGreaterThan(report.cases / 12);
      },
      5 * MINUTES,
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
        "Mutate reads names of the old object",
        "Mutating",
        /object\.spec(?=\.\?securityContext\.\?windowsOptions\.\?gmsaCredentialSpecName)/,
        "oldObject.spec",
        `a ${MUTATE}`,
      ],
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
      [
        "Validate ignores a name",
        "Validating",
        /object\.spec\.\?securityContext\.\?windowsOptions\.\?gmsaCredentialSpecName\.orValue\(''\) != ''/,
        "false",
        `b ${VALIDATE}`,
      ],
      [
        "Validate takes the old object for the new one",
        "Validating",
        /: object\.spec\.ephemeralContainers\)(?=\n *\.filter)/,
        ": oldObject.spec.ephemeralContainers)",
        `b ${VALIDATE}`,
      ],
      ["Validate is blind to names", "Validating", /\[c\.name, /g, "[dyn(''), ", `b ${VALIDATE}`],
      [
        "Validate is shown all",
        "Validating",
        /oldObject == null \?/,
        "true ? true : oldObject == null ?",
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
        "workloads do not know the annotations of old",
        "Validating",
        /k\.contains\('gmsa-cred'\)/,
        "k.contains('gmsa-beta')",
        "b warnings",
      ],
      [
        "new credential specs have no old one",
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
        "1 > 2",
        `d ${POLICY}`,
      ],
    ])(
      "it is found that %s",
      async (...fault) => {
        const [, kind, from, to, violation] = fault;
        const report = await proof.hold(broken(manifest, kind, from, to), SOME);
        expect(Object.keys(report.violations)).toContain(violation);
      },
      2 * MINUTES,
    );

    test(
      "it is found that a condition costs more with each pair of containers",
      async () => {
        const pairs =
          "gmsaCredentialSpecName.orValue('') != '' && object.spec.containers.all(d, d.name != '')";
        const costly = broken(
          manifest,
          "Mutating",
          /gmsaCredentialSpecName\.orValue\(''\) != ''(?= &&\n *\(c)/,
          pairs,
        );
        const report = await proof.hold(costly, { ...SOME, costs: true });
        expect(report.violations).toMatchObject({
          [`f ${MUTATE}`]: expect.stringContaining("1000 containers") as string,
        });
      },
      2 * MINUTES,
    );
  });
});

const SOME = { wholeEvery: 997, sampleEvery: 997 };

/** The installation with one change in its only document of this kind. */
function broken(manifest: string, kind: string, from: RegExp, to: string): string {
  const head = new RegExp(`^kind: (${kind}WebhookConfiguration|ValidatingAdmission${kind})$`, "m");
  const documents = manifest.split(/^---$/m);
  const index = documents.findIndex(document => head.test(document));
  const document = documents[index] ?? "";
  const changed = document.replace(from, () => to);
  if (changed === document) throw new Error(`no ${kind} document holds ${String(from)}`);
  return documents.with(index, changed).join("---");
}

/** Plain lines, which the test run prints at once. */
function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function describeReport(report: Report): string {
  const { cases, slices, evaluated, whole, witnesses, costs, seconds } = report;
  const asked = slices.reduce((sum, slice) => sum + slice.asked, 0);
  return [
    `${cases} requests, decided with ${evaluated} evaluations in ${seconds.conditions.toFixed(1)} s`,
    `${whole} of them also by the API server's own matchers, ${witnesses} decoded as a whole`,
    `the rules were asked about ${asked} in ${seconds.rules.toFixed(1)} s`,
    ...slices.map(slice => `  ${slice.name}: ${slice.cases}, asked about ${slice.asked}`),
    ...costs.map(
      ({ name, of1000, dearest, most }) =>
        `  ${name}: 1000 containers cost ${of1000}, at most ${dearest} in one expression; ${most} pass`,
    ),
  ].join("\n");
}
