import { reduceToView } from "../../../../webhook/request-view";

const MARKER = { key: "gmsa.pepr.dev/gmsa", value: "succeeded" };

describe("the view that the rules get of a request", () => {
  test("holds GMSA settings, names, the service account and what chooses nodes, and nothing else", () => {
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

  test("has no members that are undefined: a patch would replace what is not there", () => {
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

function undefinedMembers(value: unknown, path = "$"): string[] {
  if (value === undefined) {
    return [path];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, member]) => undefinedMembers(member, `${path}.${key}`))
    : [];
}
