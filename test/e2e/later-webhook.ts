/** A third-party mutating webhook that the API server calls after ours. */
import { createServer } from "node:https";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { V1MutatingWebhookConfiguration } from "@kubernetes/client-node";

import { createPki } from "../../testbed/control-plane/pki";

/** The fields of an AdmissionReview that are read here. */
interface Review {
  request: { uid: string };
}

/** A webhook that returns the same patch for every Pod. */
export interface LaterWebhook {
  /** Configuration to create; it matches Pods with the label `later: yes`, after our webhook. */
  configuration: V1MutatingWebhookConfiguration;
  stop(): void;
}

/** @param patch a JSON patch */
export async function startLaterWebhook(patch: readonly object[]): Promise<LaterWebhook> {
  const { ca, apiServer } = await createPki([]);
  const server = createServer(
    { cert: apiServer.certificate, key: apiServer.key },
    (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { request: asked } = JSON.parse(Buffer.concat(parts).toString()) as Review;
        const encoded = Buffer.from(JSON.stringify(patch)).toString("base64");
        const answer = { uid: asked.uid, allowed: true, patchType: "JSONPatch", patch: encoded };
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            apiVersion: "admission.k8s.io/v1",
            kind: "AdmissionReview",
            response: answer,
          }),
        );
      });
    },
  );
  const port = await listen(server);
  return {
    configuration: configurationFor(port, ca.certificate),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function configurationFor(port: number, ca: string): V1MutatingWebhookConfiguration {
  return {
    // Configurations are called in the order of their names.
    metadata: { name: "zz-later" },
    webhooks: [
      {
        name: "later.example.com",
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(ca).toString("base64"),
        },
        rules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ],
        objectSelector: { matchLabels: { later: "yes" } },
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  };
}
