/** The behaviour of the real cert-manager that the component and the chart rely on. */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { servedFingerprint } from "../../certificates/served-fingerprint";
import { findHelm } from "../../testbed/programs/helm-program";
import { startBed } from "../../testbed/bed/local-bed";
import type { Bed } from "../../testbed/bed/bed";
import { startCertManager } from "../../testbed/addons/cert-manager";
import type { CertManager } from "../../testbed/addons/cert-manager";
import { helmIn } from "../../testbed/addons/helm";
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { describeWithGo } from "../setup/with-go";
import { writeOverlay } from "../../testbed/manifests/overlay";
import { doctorSays, NOTHING_TO_LOOK_AT } from "./doctor-report";
import { eventually } from "../../testbed/objects/eventually";
import { GuardedLoad } from "../support/guarded-load";
import type { LoadCase } from "../support/guarded-load";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";

const CHART = join(__dirname, "../../dist/chart/gmsa");
const NAMESPACE = "issued";

function issuer(name: string, spec: object): object {
  return { apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: metadata(name), spec };
}

function certificate(name: string, issuedBy: string, spec: object): object {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: metadata(name),
    spec: {
      secretName: name,
      issuerRef: { kind: "Issuer", name: issuedBy },
      privateKey: { algorithm: "ECDSA", size: 256 },
      ...spec,
    },
  };
}

function metadata(name: string): object {
  return { name, namespace: NAMESPACE };
}

describeWithGo("cert-manager alone", () => {
  let bed: Bed;
  let certManager: CertManager;
  let objects: Objects;

  beforeAll(async () => {
    bed = await startBed();
    certManager = await startCertManager(bed, line => {
      console.warn(line);
    });
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
  }, 900_000);

  afterAll(async () => {
    await certManager.stop();
    await bed.stop();
  });

  async function secret(): Promise<{ ca: string; served: X509Certificate }> {
    const { data } = await objects.core.readNamespacedSecret({
      name: "serving",
      namespace: NAMESPACE,
    });
    const pem = (key: string): string => Buffer.from(data?.[key] ?? "", "base64").toString();
    return { ca: pem("ca.crt"), served: new X509Certificate(pem("tls.crt")) };
  }

  test("issues from a CA of its own, and injects the CA where it is asked to", async () => {
    const wanted = [
      issuer("self-signed", { selfSigned: {} }),
      certificate("ca", "self-signed", { isCA: true, commonName: "ca" }),
      issuer("ca", { ca: { secretName: "ca" } }),
      certificate("serving", "ca", { dnsNames: ["some.issued.svc"] }),
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: {
          name: "some",
          annotations: { "cert-manager.io/inject-ca-from": `${NAMESPACE}/serving` },
        },
        webhooks: [
          {
            name: "some.example.com",
            clientConfig: { service: { name: "some", namespace: NAMESPACE } },
            sideEffects: "None",
            admissionReviewVersions: ["v1"],
          },
        ],
      },
    ];
    await bed.kubectl(["apply", "-f", "-"], {
      stdin: wanted.map(object => stringify(object)).join("---\n"),
    });
    await certManager.ready(NAMESPACE, "serving");

    const { ca, served } = await secret();
    expect(served.subjectAltName).toBe("DNS:some.issued.svc");
    expect(served.checkIssued(new X509Certificate(ca))).toBe(true);
    await eventually(
      async () => {
        const { stdout } = await bed.kubectl([
          ...["get", "validatingwebhookconfiguration", "some"],
          ...["-o", "jsonpath={.webhooks[0].clientConfig.caBundle}"],
        ]);
        return Buffer.from(stdout, "base64").toString();
      },
      bundle => bundle === ca,
      30_000,
    );
  }, 120_000);

  test("renews on request, with the same CA", async () => {
    const before = await secret();
    await certManager.renew(NAMESPACE, "serving");
    const after = await secret();

    expect(after.served.serialNumber).not.toBe(before.served.serialNumber);
    expect(after.ca).toBe(before.ca);
  }, 120_000);
});

interface Installation {
  title: string;
  /** Applies the installation to a cluster in which cert-manager runs. */
  apply: (bed: Bed) => Promise<unknown>;
}

const installations: readonly Installation[] = [
  {
    title: "the installation with component cert-manager",
    apply: async bed => {
      const overlay = writeOverlay(["cert-manager"]);
      await bed.kubectl(["apply", "-k", overlay.dir]);
      overlay.remove();
    },
  },
  {
    title: "the chart with certificates.source cert-manager",
    apply: async bed => {
      const home = mkdtempSync(join(tmpdir(), "gmsa-helm-"));
      const helm = helmIn(await findHelm(console.warn), home, bed.kubeconfigPath);
      await helm([
        ...["install", "gmsa", CHART, "--namespace=pepr-system", "--create-namespace"],
        "--set=certificates.source=cert-manager",
      ]);
      rmSync(home, { recursive: true, force: true });
    },
  },
];

describeWithGo.each(installations)("$title", ({ apply }) => {
  const APPS = "gmsa-cert-manager";
  const credspec = validCredspec();
  const cases: LoadCase[] = [
    { title: "pod", pod: podOf(APPS, "pod", { serviceAccount: "web", credspec: "webapp1" }) },
    {
      title: "no grant",
      pod: podOf(APPS, "no-grant", { credspec: "webapp1" }),
      refusal: { reason: "NotAuthorized" },
    },
  ];
  let bed: Bed;
  let certManager: CertManager;
  let load: GuardedLoad;

  beforeAll(async () => {
    bed = await startBed();
    certManager = await startCertManager(bed, line => {
      console.warn(line);
    });
    const objects = new Objects(bed.kubeConfig);
    await apply(bed);
    // A kubelet also waits for the Secret.
    await certManager.ready("pepr-system", "pepr-gmsa-tls");
    await bed.runControllers({ replicas: 2 });
    await bed.createNamespace(APPS);
    await objects.createCredspec("webapp1", credspec);
    await objects.createGrantedAccount(APPS, "web", {
      role: "use-webapp1",
      credspecs: ["webapp1"],
    });
    load = new GuardedLoad(objects, { webapp1: credspec });
    await eventually(
      () => objects.createPod(cases[0]?.pod ?? podOf(APPS, "none"), { dryRun: true }),
      ({ admitted }) => admitted,
      60_000,
    );
    load.enter("before", cases);
    load.start(2);
  }, 900_000);

  afterAll(async () => {
    await load.stop();
    await certManager.stop();
    await bed.stop();
  });

  /** The fingerprints of the certificates that the replicas serve. */
  function served(): Promise<(string | undefined)[]> {
    const replicas = bed.controllers?.replicas ?? [];
    return Promise.all(replicas.map(({ address }) => servedFingerprint(address)));
  }

  test.each(["pepr-gmsa-tls", "pepr-gmsa-ca", "pepr-gmsa-tls"])(
    "%s is renewed under load, and nothing fails",
    async name => {
      const [before] = await served();
      load.enter(name, cases);

      await certManager.renew("pepr-system", name);
      if (name === "pepr-gmsa-tls") {
        await eventually(
          served,
          all => all.every(one => one !== undefined && one !== before && one === all[0]),
          90_000,
        );
      }
      await load.settled(10);
      expect(load.surprises).toEqual([]);
    },
    180_000,
  );

  test("cainjector leaves the match conditions, so only GMSA Pods wait for the webhook", async () => {
    for (const kind of ["mutatingwebhookconfiguration", "validatingwebhookconfiguration"]) {
      const { stdout } = await bed.kubectl([
        ...["get", kind, "pepr-gmsa", "-o"],
        "jsonpath={range .webhooks[*]}{.clientConfig.caBundle}|{.matchConditions[*].name}{'\\n'}{end}",
      ]);
      expect(stdout).not.toBe("");
      for (const line of stdout.trim().split("\n")) expect(line).toMatch(/^\w{100,}.*\|\S/);
    }
  });

  test("passes gmsa doctor", async () => {
    expect(await doctorSays(bed, NOTHING_TO_LOOK_AT)).toEqual(NOTHING_TO_LOOK_AT);
  }, 60_000);
});
