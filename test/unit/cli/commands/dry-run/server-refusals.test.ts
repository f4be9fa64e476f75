/**
 * Every refusal is reconstructed from the causes in the API server's answer, never from its
 * message.
 */
import { causesOf } from "../../../../../rules/admission/causes";
import { notAuthorized, noSuchCredspec } from "../../../../../rules/admission/denial";
import { DENIAL_REASONS, sentence } from "../../../../../rules/problem";
import { refusalReport } from "../../../../../cli/terminal/problems";
import { dryRunPodOf } from "../../../../../cli/commands/dry-run/dry-run-pod";
import { refusalsOf } from "../../../../../cli/commands/dry-run/server-refusals";
import type {
  DryRunRefusal,
  PodUnderTest,
} from "../../../../../cli/commands/dry-run/pod-under-test";
import { admissionCases } from "../../../../fixtures/admission-case";
import type { AdmissionCase } from "../../../../fixtures/admission-case";
import type { Denial } from "../../../../../rules/admission/denial";
import { gmsaPlacesOf } from "../../../../../rules/pod/windows-options";
import { admitCase } from "../../../../support/fixture-cluster";

/** A dry run always creates, so refusals of updates do not occur. */
const OF_CREATES = DENIAL_REASONS.filter(reason => reason !== "settings changed");
const cases = admissionCases("team-a").filter(({ denials }) => denials.length > 0);

async function denialsOf(one: AdmissionCase): Promise<Denial[]> {
  const { denials } = await admitCase(one);
  return denials.filter(({ reason }) => reason !== "settings changed");
}

const ACCOUNT = { namespace: "shop", name: "web" };
const DENIED = 'admission webhook "pepr-gmsa.pepr.dev" denied the request: ';

function podUnderTest({ pod }: Pick<AdmissionCase, "pod">): PodUnderTest {
  return {
    workload: `Pod/${pod.metadata.name}`,
    namespace: pod.metadata.namespace,
    serviceAccount: pod.spec.serviceAccountName ?? "default",
    pod,
    wrongFields: [],
    file: "pod.yaml",
    lineOf: () => 1,
    diagnosticOf: () => {
      throw new Error("nobody asks for one here");
    },
    placementFindings: () => [],
  };
}

/** The refusals that `gmsa test --cluster` reads from an answer with these denials. */
function readBack(one: Pick<AdmissionCase, "pod">, denials: readonly Denial[]): DryRunRefusal[] {
  const pod = podUnderTest(one);
  const message = `${DENIED}${denials.map(sentence).join(" ")}`;
  return refusalsOf({ code: 403, message, causes: causesOf(denials) }, pod, dryRunPodOf(pod, "1"));
}

/** The Pod as it is sent: ephemeral containers cannot be part of a creation. */
function sent(one: AdmissionCase): AdmissionCase {
  const { body } = dryRunPodOf(podUnderTest(one), "1");
  return { ...one, pod: body as AdmissionCase["pod"], oldPod: undefined };
}

describe("refusals in an answer of the API server", () => {
  test.each(cases)("$title", async one => {
    const denials = await denialsOf({ ...one, oldPod: undefined });
    const answered = await denialsOf(sent(one));
    // A Pod that is refused only as an update is admitted here, so there is no answer to read.
    const found = answered.length === 0 ? [] : readBack(one, answered);
    expect(found.map(refusalReport)).toEqual(denials.map(refusalReport));
  });

  test("the cases have every reason for which a Pod is not created", async () => {
    const denials = (await Promise.all(cases.map(denialsOf))).flat();
    expect([...new Set(denials.map(({ reason }) => reason))].sort()).toEqual(
      [...OF_CREATES].sort(),
    );
  });

  const pod: AdmissionCase["pod"] = {
    metadata: { name: "web", namespace: "shop" },
    spec: {
      serviceAccountName: "web",
      containers: [],
      securityContext: { windowsOptions: { gmsaCredentialSpecName: "a" } },
    },
  };
  const places = gmsaPlacesOf(pod);

  test("words of authorizers and names that no object can have do not matter", () => {
    const denials = [
      notAuthorized(ACCOUNT, "a", places, 'RBAC: role "x" not found (really). Ask (them).'),
      noSuchCredspec("a", places),
    ];
    expect(readBack({ pod }, denials).map(refusalReport)).toEqual(denials.map(refusalReport));
  });

  test("a refusal without causes, as of an older module, is of the whole Pod", () => {
    const message = `${DENIED}the GMSA settings could not be checked`;
    const under = podUnderTest({ pod });
    const found = refusalsOf({ code: 500, message, causes: [] }, under, dryRunPodOf(under, "1"));
    expect(found.map(refusalReport)).toEqual([
      {
        reason: "cluster failed",
        code: "GMSA270",
        places: ['pod "web"'],
        problem: "the GMSA settings could not be checked",
        remedy: "",
      },
    ]);
  });

  test("a cause in a container that somebody added on the way is a refusal as well", () => {
    const under = podUnderTest({ pod });
    const cause = { reason: "NoSuchCredspec", field: "spec.containers[7].x", message: "why" };
    const error = { code: 403, message: `${DENIED}why.`, causes: [cause] };
    const [found] = refusalsOf(error, under, dryRunPodOf(under, "1"));
    expect(found).toMatchObject({ reason: "no such credspec", places: [], problem: "why" });
  });

  test("a refusal by others is not about GMSA, whatever causes it has", () => {
    const message = "pods is forbidden: exceeded quota";
    const causes = causesOf([noSuchCredspec("a", places)]);
    const under = podUnderTest({ pod });
    const found = refusalsOf({ code: 403, message, causes }, under, dryRunPodOf(under, "1"));
    expect(found).toMatchObject([{ reason: "not created", places: [], problem: message }]);
  });
});
