/** The shipped YAML on a real node, with kubelet, kube-proxy and scheduler. */
import { CoreV1Api } from "@kubernetes/client-node";
import type { V1Pod } from "@kubernetes/client-node";

import { getStatus } from "../../testbed/process/https-probe";
import { eventually } from "../../testbed/objects/eventually";
import type { NodeBed } from "../../testbed/node/node-bed";
import { BUSYBOX_IMAGE, controllerImageName } from "../../testbed/node/images";
import { attachNode } from "../setup/attach-node";
import { describeOnNode } from "../setup/node-stage";
import { deployments, isReady, podsOf, servingDeployment, MODULE_NAMESPACE } from "./module-pods";

const NAMESPACE = "gmsa-node-install";

describeOnNode("the module on a real node", () => {
  const node = attachNode();
  let bed: NodeBed;
  let core: CoreV1Api;

  beforeAll(async () => {
    bed = node();
    core = bed.kubeConfig.makeApiClient(CoreV1Api);
    await bed.createNamespace(NAMESPACE);
  });

  afterAll(async () => {
    await core.deleteNamespace({ name: NAMESPACE });
  });

  test.each(deployments())(
    "all Pods of Deployment $name are ready, and none was started twice",
    async deployment => {
      const pods = await podsOf(bed, deployment);

      expect(pods.filter(isReady)).toHaveLength(deployment.replicas);
      expect(pods.flatMap(({ status }) => status?.containerStatuses ?? [])).toEqual(
        pods.map(() => expect.objectContaining({ restartCount: 0 }) as unknown),
      );
    },
  );

  test("the Service leads to the Pods, from outside of the node and from a Pod", async () => {
    const service = { namespace: MODULE_NAMESPACE, name: servingDeployment().name };
    const { spec } = await core.readNamespacedService(service);
    const host = spec?.clusterIP ?? "";
    const request = { host, path: "/healthz", rejectUnauthorized: false };

    expect(await getStatus({ ...request, port: 443 }, 5000)).toBe(200);
    const pod = podWith("asks", ["node", "-e", asks(`https://${host}/healthz`)]);
    expect((await ended(pod)).status?.phase).toBe("Succeeded");
  });

  test("a Pod reaches the API server with its service account's token", async () => {
    const account = "/var/run/secrets/kubernetes.io/serviceaccount";
    const token = `require("fs").readFileSync("${account}/token", "utf8")`;
    const { spec } = await core.readNamespacedService({ namespace: "default", name: "kubernetes" });
    const script = asks(`https://${spec?.clusterIP ?? ""}/api`, token);

    const pod = await ended(podWith("authenticates", ["node", "-e", script]));
    expect(pod.status?.phase).toBe("Succeeded");
  });

  test("a changed Secret reaches the file in a running Pod", async () => {
    const name = "changes";
    const secret = { metadata: { name }, stringData: { value: "first" } };
    await core.createNamespacedSecret({ namespace: NAMESPACE, body: secret });
    const pod = podWith(name, ["sleep", "3600"]);
    pod.spec?.containers[0]?.volumeMounts?.push({ name, mountPath: "/secret", readOnly: true });
    pod.spec?.volumes?.push({ name, secret: { secretName: name } });
    await core.createNamespacedPod({ namespace: NAMESPACE, body: pod });
    await bed.kubectl(["wait", "-n", NAMESPACE, "--for=condition=Ready", `pod/${name}`]);
    const read = async (): Promise<string> => {
      const command = ["exec", "-n", NAMESPACE, name, "--", "cat", "/secret/value"];
      return (await bed.kubectl(command)).stdout;
    };
    expect(await read()).toBe("first");

    secret.stringData.value = "second";
    await core.replaceNamespacedSecret({ name, namespace: NAMESPACE, body: secret });

    expect(await eventually(read, value => value === "second", 60_000)).toBe("second");
  }, 120_000);

  test("killed containers are restarted", async () => {
    const name = "killed";
    await core.createNamespacedPod({
      namespace: NAMESPACE,
      body: podWith(name, ["sleep", "3600"]),
    });
    await bed.kubectl(["wait", "-n", NAMESPACE, "--for=condition=Ready", `pod/${name}`]);

    await bed.signal({ namespace: NAMESPACE, pod: name }, "SIGKILL");

    const pod = await eventually(
      () => core.readNamespacedPod({ namespace: NAMESPACE, name }),
      ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1,
      30_000,
    );
    expect(pod.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(137);
  });

  /** A Node.js script that exits with 0 if a GET of the URL returns 200. */
  function asks(url: string, token = '""'): string {
    return `require("https").get("${url}", {
      rejectUnauthorized: false,
      timeout: 5000,
      headers: { authorization: "Bearer " + ${token} },
    }, response => process.exit(response.statusCode === 200 ? 0 : 1))`;
  }

  /** A Pod whose container restarts only if it is killed. */
  function podWith(name: string, command: string[]): V1Pod {
    return {
      metadata: { name },
      spec: {
        restartPolicy: "OnFailure",
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "main",
            image: command[0] === "node" ? controllerImageName() : BUSYBOX_IMAGE,
            command,
            volumeMounts: [],
          },
        ],
        volumes: [],
      },
    };
  }

  /** Creates a Pod and waits until it ends. */
  async function ended(pod: V1Pod): Promise<V1Pod> {
    const { metadata } = await core.createNamespacedPod({ namespace: NAMESPACE, body: pod });
    return eventually(
      () => core.readNamespacedPod({ namespace: NAMESPACE, name: metadata?.name ?? "" }),
      ({ status }) => ["Succeeded", "Failed"].includes(status?.phase ?? ""),
      30_000,
    );
  }
});
