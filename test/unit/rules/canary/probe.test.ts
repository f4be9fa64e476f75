/** The complete Pod of a probe: it must never run, and GMSA must be the only reason to refuse it. */
import { podOf, type Probe } from "../../../../rules/canary/probe";

const REQUESTS = { cpu: "1m", memory: "1Mi" };

function podWith(windowsOptions: object | undefined, account: object = {}): object {
  return {
    metadata: { name: "gmsa-canary", labels: { "app.kubernetes.io/name": "gmsa-canary" } },
    spec: {
      os: { name: "windows" },
      nodeSelector: { "kubernetes.io/os": "windows" },
      ...account,
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        ...(windowsOptions === undefined ? {} : { windowsOptions }),
      },
      containers: [
        {
          name: "never-started",
          image: "gmsa-canary.invalid/never-started",
          resources: { requests: REQUESTS, limits: REQUESTS },
        },
      ],
    },
  };
}

test.each<[Omit<Probe, "namespace">, object]>([
  [{ expect: "admitted" }, podWith(undefined)],
  [{ expect: "refused" }, podWith({ gmsaCredentialSpec: "{}" })],
  [
    { expect: "refused", credspec: "gmsa-canary.invalid" },
    podWith({ gmsaCredentialSpecName: "gmsa-canary.invalid" }),
  ],
  [
    { expect: "admitted", credspec: "webapp1", serviceAccount: "web" },
    podWith({ gmsaCredentialSpecName: "webapp1" }, { serviceAccountName: "web" }),
  ],
])("%j", (probe, pod) => {
  expect(podOf({ namespace: "shop", ...probe })).toStrictEqual(pod);
});
