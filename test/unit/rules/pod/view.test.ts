import { viewOf } from "../../../../rules/pod/view";
import type { PodLike } from "../../../../rules/pod/windows-options";
import { reduceToView } from "../../../../webhook/request-view";

const MARKER = { key: "gmsa.pepr.dev/gmsa", value: "succeeded" };

describe("the view that the rules get of a request", () => {
  test("holds only GMSA settings, names, the service account and the fields that select nodes", () => {
    const request = {
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: "p",
          namespace: "n",
          annotations: { a: "b", "gmsa.pepr.dev/secure-channel": "true" },
          labels: { secret: "1" },
        },
        spec: {
          serviceAccountName: "web",
          nodeName: "node",
          os: { name: "windows" },
          nodeSelector: { "kubernetes.io/os": "windows", "example.com/rack": "7" },
          tolerations: [{ key: "os", operator: "Exists" }],
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [],
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchFields: [] }],
              },
            },
            podAffinity: {},
          },
          securityContext: { runAsNonRoot: true },
          hostname: "h",
          subdomain: "s",
          initContainers: [{ name: "i", restartPolicy: "Always", ports: [] }],
          containers: [
            {
              name: "a",
              image: "a",
              env: [{ name: "PASSWORD", value: "hidden" }],
              lifecycle: {
                postStart: { exec: { command: ["hidden"] } },
                preStop: { exec: { command: ["hidden"] } },
              },
            },
            {
              name: "b",
              securityContext: {
                privileged: true,
                windowsOptions: {
                  gmsaCredentialSpecName: "x",
                  gmsaCredentialSpec: "",
                  hostProcess: true,
                },
              },
            },
          ],
        },
      },
    };

    reduceToView(request, MARKER);

    expect(request).toEqual({
      object: {
        metadata: {
          name: "p",
          namespace: "n",
          annotations: {
            "gmsa.pepr.dev/secure-channel": "true",
            "gmsa.pepr.dev/gmsa": "succeeded",
          },
        },
        spec: {
          serviceAccountName: "web",
          hostname: "h",
          initContainers: [{ name: "i", restartPolicy: "Always" }],
          os: { name: "windows" },
          nodeName: "node",
          nodeSelector: { "kubernetes.io/os": "windows", "example.com/rack": "7" },
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchFields: [] }],
              },
            },
          },
          containers: [
            { name: "a", lifecycle: { postStart: {} } },
            {
              name: "b",
              securityContext: {
                windowsOptions: {
                  gmsaCredentialSpecName: "x",
                  gmsaCredentialSpec: "",
                  hostProcess: true,
                },
              },
            },
          ],
        },
      },
    });
  });

  test("holds the annotations of Kubernetes 1.14 with their names, and without contents", () => {
    const name = "pod.alpha.windows.kubernetes.io/gmsa-credential-spec-name";
    const contents = "web.container.alpha.windows.kubernetes.io/gmsa-credential-spec";
    const near = "pod.beta.windows.kubernetes.io/gmsa-credential-spec-name";
    const annotations = { [name]: "payroll", [contents]: "{}", [near]: "payroll", team: "shop" };
    const { metadata } = viewOf({ metadata: { annotations } });
    expect(metadata).toEqual({
      annotations: { [name]: "payroll", [contents]: "", [near]: "payroll" },
    });
  });

  const zone = { key: "zone", operator: "In", values: ["a"] };

  test.each<[string, unknown, unknown]>([
    ["a RuntimeClass", { runtimeClassName: "linux" }, { runtimeClassName: "linux" }],
    ["a RuntimeClass that is null", { runtimeClassName: null }, {}],
    ["os without a name", { os: {} }, {}],
    [
      "terms that are no list",
      affinity({ nodeSelectorTerms: "text" }),
      affinity({ nodeSelectorTerms: [] }),
    ],
    ["no terms", affinity({}), affinity({ nodeSelectorTerms: [] })],
    [
      "terms, and what is none",
      affinity({
        nodeSelectorTerms: [
          null,
          { matchExpressions: [zone], matchFields: null, other: 1 },
          { matchExpressions: null, matchFields: [zone] },
        ],
      }),
      affinity({ nodeSelectorTerms: [{ matchExpressions: [zone] }, { matchFields: [zone] }] }),
    ],
    [
      "an entry that is not a container, in its place",
      { containers: [null, "text", { name: "web" }] },
      { containers: [{ name: "" }, { name: "" }, { name: "web" }] },
    ],
    [
      "a lifecycle, and whether it has a postStart",
      {
        containers: [
          { name: "a", lifecycle: {} },
          { name: "b", lifecycle: { postStart: null } },
          { name: "c", lifecycle: { preStop: {} } },
          { name: "d", lifecycle: { postStart: { exec: {} } } },
          { name: "e", lifecycle: null },
        ],
      },
      {
        containers: [
          { name: "a", lifecycle: {} },
          { name: "b", lifecycle: {} },
          { name: "c", lifecycle: {} },
          { name: "d", lifecycle: { postStart: {} } },
          { name: "e" },
        ],
      },
    ],
  ])("holds %s", (_what, spec, viewed) => {
    expect(viewOf({ spec } as PodLike)).toStrictEqual({ metadata: {}, spec: viewed });
  });

  test("holds the kind and name of owners, for the log", () => {
    const ownerReferences = [
      { apiVersion: "v1", kind: "ReplicaSet", name: "web", uid: "1", controller: true },
      { apiVersion: "v1", kind: "ConfigMap", name: "notes", uid: "2" },
      null,
    ];
    const request = { object: { metadata: { name: "p", ownerReferences } } };

    reduceToView(request, MARKER);

    expect(request.object.metadata.ownerReferences).toEqual([
      { kind: "ReplicaSet", name: "web", controller: true },
      { kind: "ConfigMap", name: "notes" },
    ]);
    expect(undefinedMembers(request)).toEqual([]);
  });

  test("has no undefined members: a patch would replace fields that do not exist", () => {
    const request = {
      object: {
        metadata: { generateName: "p-" },
        spec: {
          initContainers: null,
          containers: [
            { name: "a", securityContext: { windowsOptions: { gmsaCredentialSpecName: "x" } } },
          ],
        },
      },
    };

    reduceToView(request, MARKER);

    expect(undefinedMembers(request)).toEqual([]);
    expect(request.object.spec).not.toHaveProperty("initContainers");
  });

  test.each([
    [undefined],
    [null],
    ["text"],
    [{}],
    [{ spec: null }],
    [{ spec: { containers: 1 } }],
    [{ spec: { os: null, nodeSelector: null, affinity: { nodeAffinity: null } } }],
    [{ spec: { os: 1, nodeSelector: "text", affinity: [] } }],
  ])("takes an object %p as it comes", object => {
    const request = { object, oldObject: object };
    expect(() => {
      reduceToView(request, MARKER);
    }).not.toThrow();
  });

  test("the old Pod is reduced too, without the marker", () => {
    const request = {
      object: { spec: {} },
      oldObject: { metadata: { name: "p", uid: "u" }, spec: { nodeName: "n" } },
    };
    reduceToView(request, MARKER);
    expect(request.oldObject).toEqual({ metadata: { name: "p" }, spec: { nodeName: "n" } });
  });
});

function affinity(required: object): object {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
  };
}

function undefinedMembers(value: unknown, path = "$"): string[] {
  if (value === undefined) {
    return [path];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, member]) => undefinedMembers(member, `${path}.${key}`))
    : [];
}
