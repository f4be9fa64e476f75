/** Mistakes that `gmsa lint` reports, applied with kubectl: who reports them in that case. */
import { Objects } from "../../testbed/objects/cluster-objects";
import { credspecObject } from "../../testbed/objects/credspec-object";
import { podOf } from "../../testbed/objects/pods";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { workloadOf } from "../../testbed/objects/workloads";
import { attachBed } from "../setup/attach-bed";
import { untilAdmitted } from "../support/until-admitted";

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
const UNKNOWN = 'strict decoding error: unknown field "spec.';

/** Each with parts of the stderr of kubectl; none for a correct object. */
const CASES: readonly (readonly [string, object, string[]])[] = [
  ["a Pod for Linux", workload("Pod", LINUX), ["Warning: the Pod uses GMSA, and never runs"]],
  ["a Pod for any node", workload("Pod", EITHER), ["Warning: the Pod uses GMSA, and may be"]],
  [
    "a Deployment for Linux",
    workload("Deployment", LINUX),
    ["Warning: Pods of this Deployment: the Pod uses GMSA, and never runs on Windows"],
  ],
  ["an alpha annotation", workload("Pod", NO_IDENTITY, alpha), ["Warning: annotation pod.alpha"]],
  ["a beta annotation", workload("Pod", NO_IDENTITY, beta), ["Warning: annotation pod.beta."]],
  [
    "an annotation without a prefix in a template",
    workload("template", NO_IDENTITY, bare),
    ["Warning: Pods of this Deployment: annotation gmsa-credential-spec-name never"],
  ],
  [
    "an alpha annotation of a Deployment",
    workload("Deployment", NO_IDENTITY, alpha),
    ["Warning: Pods of this Deployment: annotation pod.alpha"],
  ],
  ["an annotation of others", workload("Deployment", NO_IDENTITY, foreign), []],
  // The API server knows all fields of the built-in kinds, and kubectl asks it to refuse any others.
  ["a misspelt field of a Pod", workload("Pod", MISSPELT), [UNKNOWN]],
  ["a misspelt field of a template", workload("template", MISSPELT), [UNKNOWN]],
  [
    "a credential spec with the name of a guide",
    credspec({}, "your-credspec"),
    ['Warning: "your-credspec" is a placeholder that was not replaced.'],
  ],
  [
    "the GUID of the documentation",
    credspec({ Guid: "244818ae-87ca-4fcd-92ec-e79e5252348a" }),
    ["Warning: credspec.DomainJoinConfig.Guid should be that of your domain"],
  ],
  [
    "a root of the forest below the domain",
    credspec({ DnsTreeName: "eu.contoso.com", DnsName: "contoso.com" }),
    ["Warning: credspec.DomainJoinConfig.DnsTreeName should be the root of the forest"],
  ],
  [
    "contents one level too deep",
    credspecObject("nested", { credspec: validCredspec() }),
    ['strict decoding error: unknown field "credspec.credspec"'],
  ],
  [
    "the group of a draft",
    { ...credspec({}), apiVersion: "auth.k8s.io/v1alpha1" },
    ['no matches for kind "GMSACredentialSpec" in version "auth.k8s.io/v1alpha1"'],
  ],
  ["a good credential spec", credspec({}), []],
  ["a good Pod", workload("Pod", { nodeSelector: { "kubernetes.io/os": "windows" } }), []],
];

test.each(CASES)("%s", async (_what, object, parts) => {
  const stdin = JSON.stringify(object);
  const words = ["create", "--dry-run=server", "-f", "-"];
  const stderr = await bed.kubectl(words, { stdin }).then(
    answer => answer.stderr,
    (error: unknown) => String(error),
  );
  expect(stderr.split("\n").filter(line => line.startsWith("Warning: "))).toHaveLength(
    parts.filter(part => part.startsWith("Warning: ")).length,
  );
  expect(parts.filter(part => !stderr.includes(part))).toEqual([]);
});
