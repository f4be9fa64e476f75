/** Mistakes that `gmsa lint` reports, applied with kubectl: who reports them there. */
import { Objects } from "../../testbed/objects/cluster-objects";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { workloadOf } from "../../testbed/objects/workloads";
import { attachBed } from "../setup/attach-bed";
import { untilAdmitted } from "../support/until-admitted";
import { linesOfCredspec, linesOfPod, linesOfWorkload } from "../support/worded";

const NAMESPACE = "gmsa-mistakes";
const CREDSPEC = "mistakes-1";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const GRANTED = podOf(NAMESPACE, "p", { serviceAccount: "web", credspec: CREDSPEC });

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await objects.createCredspec(CREDSPEC, validCredspec());
  await objects.createGrantedAccount(NAMESPACE, "web", { role: CREDSPEC, credspecs: [CREDSPEC] });
  await untilAdmitted(objects, GRANTED);
}, 60_000);

afterAll(async () => {
  await objects.core.deleteNamespace({ name: NAMESPACE });
  await objects.deleteCredspec(CREDSPEC);
});

type Place = "Pod" | "Deployment" | "template";

/** A Pod or a Deployment, with a change to the spec of the Pod and with annotations at one place. */
function workload(place: Place, change: object, annotations: object = {}): object {
  const spec = { ...GRANTED.spec, ...change };
  const of = { name: "m", namespace: NAMESPACE };
  if (place === "Pod") {
    return { apiVersion: "v1", kind: "Pod", metadata: { ...of, annotations }, spec };
  }
  const { metadata, ...deployment } = workloadOf("Deployment", of, spec) as unknown as {
    metadata: object;
    spec: { template: { metadata?: object } };
  };
  if (place === "template") {
    const { template } = deployment.spec;
    template.metadata = { ...template.metadata, annotations };
    return { ...deployment, metadata };
  }
  return { ...deployment, metadata: { ...metadata, annotations } };
}

function credspec(change: object, name = "mistaken"): object {
  const { DomainJoinConfig, ...rest } = validCredspec() as { DomainJoinConfig: object };
  return credspecObject(name, { ...rest, DomainJoinConfig: { ...DomainJoinConfig, ...change } });
}

const LINUX = { nodeSelector: { "kubernetes.io/os": "linux" } };
const EITHER = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: "kubernetes.io/os", operator: "Exists" }] },
        ],
      },
    },
  },
  nodeSelector: {},
};
const MISSPELT = { securityContext: { windowsoptions: { gmsaCredentialSpecName: CREDSPEC } } };
const alpha = { "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name": CREDSPEC };
const beta = { "pod.beta.windows.kubernetes.io/gmsa-credential-spec-name": CREDSPEC };
const bare = { "gmsa-credential-spec-name": CREDSPEC };
const foreign = { "example.com/gmsa-credential-spec-name": CREDSPEC };
const NO_IDENTITY = { securityContext: {} };
const UNKNOWN = { error: 'strict decoding error: unknown field "spec.' };

/** How many warnings kubectl prints, in the words of the rules, or the error of the API server's own. */
type Reported = number | { error: string };

const CASES: readonly (readonly [string, object, Reported])[] = [
  ["a Pod for Linux", workload("Pod", LINUX), 1],
  ["a Pod for any node", workload("Pod", EITHER), 1],
  ["a Deployment for Linux", workload("Deployment", LINUX), 1],
  ["an alpha annotation", workload("Pod", NO_IDENTITY, alpha), 1],
  ["a beta annotation", workload("Pod", NO_IDENTITY, beta), 1],
  ["an annotation without a prefix in a template", workload("template", NO_IDENTITY, bare), 1],
  ["an alpha annotation of a Deployment", workload("Deployment", NO_IDENTITY, alpha), 1],
  ["an annotation of others", workload("Deployment", NO_IDENTITY, foreign), 0],
  // Of the kinds of Kubernetes, the API server knows each field, and kubectl asks it to refuse others.
  ["a misspelt field of a Pod", workload("Pod", MISSPELT), UNKNOWN],
  ["a misspelt field of a template", workload("template", MISSPELT), UNKNOWN],
  ["a credential spec with the name of a guide", credspec({}, "your-credspec"), 1],
  ["the GUID of the documentation", credspec({ Guid: "244818ae-87ca-4fcd-92ec-e79e5252348a" }), 1],
  [
    "a root of the forest below the domain",
    credspec({ DnsTreeName: "eu.contoso.com", DnsName: "contoso.com" }),
    1,
  ],
  [
    "contents one level too deep",
    credspecObject("nested", { credspec: validCredspec() }),
    { error: 'strict decoding error: unknown field "credspec.credspec"' },
  ],
  [
    "the group of a draft",
    { ...credspec({}), apiVersion: "auth.k8s.io/v1alpha1" },
    { error: 'no matches for kind "GMSACredentialSpec" in version "auth.k8s.io/v1alpha1"' },
  ],
  ["a good credential spec", credspec({}), 0],
  ["a good Pod", workload("Pod", { nodeSelector: { "kubernetes.io/os": "windows" } }), 0],
];

/** The warnings of the rules about an object. */
async function warningsAbout(object: object): Promise<string[]> {
  const { kind, metadata, ...contents } = object as {
    kind: string;
    metadata: { name: string };
    credspec?: unknown;
  };
  if (kind === "Pod") return linesOfPod(object);
  if (kind === "Deployment") return linesOfWorkload(object, { granted: true });
  return linesOfCredspec(contents.credspec, metadata.name);
}

test.each(CASES)("%s", async (_what, object, reported) => {
  const stdin = JSON.stringify(object);
  const words = ["create", "--dry-run=server", "-f", "-"];
  const { code, stderr } = await bed.kubectl(words, { stdin, allowFailure: true });
  const warned = stderr.split("\n").filter(line => line.startsWith("Warning: "));

  const isAccepted = typeof reported === "number";
  const due = isAccepted ? await warningsAbout(object) : [];
  expect({ code, warned }).toEqual({ code: isAccepted ? 0 : 1, warned: due });
  expect(due).toHaveLength(isAccepted ? reported : 0);
  expect(stderr).toContain(isAccepted ? "" : reported.error);
});
