/** Admission by the Deployment's own Pods, with their own service account. */
import { CoreV1Api } from "@kubernetes/client-node";

import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { BUSYBOX_IMAGE } from "../../testbed/node/images";
import type { NodeBed } from "../../testbed/node/node-bed";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";
import { MODULE_NAMESPACE, servingDeployment, settled } from "./module-pods";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-node-admission";
const CREDSPEC = "on-node";

describeOnNode("admission on a real node", () => {
  const node = attachNode();
  let bed: NodeBed;
  let core: CoreV1Api;
  let objects: Objects;

  beforeAll(async () => {
    bed = node();
    core = bed.kubeConfig.makeApiClient(CoreV1Api);
    objects = new Objects(bed.kubeConfig);
    await bed.createNamespace(NAMESPACE);
    await objects.createCredspec(CREDSPEC, validCredspec());
    await objects.createGrantedAccount(NAMESPACE, "web", {
      role: NAMESPACE,
      credspecs: [CREDSPEC],
    });
  });

  afterAll(async () => {
    await objects.deleteCredspec(CREDSPEC);
    await objects.rbac.deleteClusterRole({ name: NAMESPACE });
    await core.deleteNamespace({ name: NAMESPACE });
  });

  test("a GMSA Pod is admitted with the contents of its credential spec", async () => {
    const pod = podOf(NAMESPACE, "gmsa", { serviceAccount: "web", credspec: CREDSPEC });
    const outcome = await eventually(
      () => objects.createPod(pod, { dryRun: true }),
      ({ admitted }) => admitted,
    );
    expect(outcome).toMatchObject({
      pod: {
        spec: {
          securityContext: {
            windowsOptions: { gmsaCredentialSpec: validContents() },
          },
        },
      },
    });
  });

  test("a GMSA Pod without a grant is refused, with a remedy", async () => {
    const outcome = await objects.createPod(podOf(NAMESPACE, "no-grant", { credspec: CREDSPEC }));
    expect(outcome).toMatchObject({
      admitted: false,
      causes: [cause("NotAuthorized", `spec.${NAME}`, "default", CREDSPEC)],
    });
  });

  test("with no replica GMSA Pods are refused and plain Pods run; it recovers by itself", async () => {
    const deployment = servingDeployment();
    const scale = (replicas: number): Promise<unknown> =>
      bed.kubectl([
        ...["scale", "-n", MODULE_NAMESPACE, `deployment/${deployment.name}`],
        `--replicas=${replicas}`,
      ]);
    const gmsa = podOf(NAMESPACE, "closed", { serviceAccount: "web", credspec: CREDSPEC });
    await scale(0);
    await settled(bed, { ...deployment, replicas: 0 });

    expect(await objects.createPod(gmsa, { dryRun: true })).toMatchObject({
      admitted: false,
      message: expect.stringContaining('failed calling webhook "pepr-gmsa.pepr.dev"') as string,
    });
    const body = {
      metadata: { name: "plain" },
      spec: {
        restartPolicy: "Never",
        containers: [{ name: "main", image: BUSYBOX_IMAGE, command: ["true"] }],
      },
    };
    await core.createNamespacedPod({ namespace: NAMESPACE, body });
    const plain = await eventually(
      () => core.readNamespacedPod({ namespace: NAMESPACE, name: "plain" }),
      ({ status }) => status?.phase === "Succeeded",
      30_000,
    );
    expect(plain.metadata?.annotations ?? {}).toEqual({});

    await scale(deployment.replicas);
    await settled(bed, deployment);
    const recovered = await eventually(
      () => objects.createPod(gmsa, { dryRun: true }),
      ({ admitted }) => admitted,
    );
    expect(recovered).toMatchObject({ admitted: true });
  }, 240_000);
});
