/** Pure: reads from a Deployment which module it runs. */
import type { V1Deployment } from "@kubernetes/client-node";

export interface InstalledModule {
  /** Version of the installation. Absent if its label is missing. */
  version?: string;
  /** SHA-256 of the module. */
  build: string;
  image: string;
  replicas: { wanted: number; ready: number };
}

/** @param deployment the webhook's Deployment. */
export function installedModule({ metadata, spec, status }: V1Deployment): InstalledModule {
  const version = metadata?.labels?.["app.kubernetes.io/version"];
  const { wanted = 1, ready = 0 } = { wanted: spec?.replicas, ready: status?.readyReplicas };
  return {
    ...(version === undefined ? {} : { version }),
    ...programOf(spec),
    replicas: { wanted, ready },
  };
}

/** The container's last argument is the hash of the module. */
function programOf(spec: V1Deployment["spec"]): Pick<InstalledModule, "build" | "image"> {
  const { args = [], image = "" } = spec?.template.spec?.containers[0] ?? {};
  return { build: args.at(-1) ?? "", image };
}

/** The version of Pepr from its image tag. Undefined if the image has only a digest. */
export function peprOf(image: string): string | undefined {
  return /:v?(\d+\.\d+\.\d+[^@]*)(?:@|$)/.exec(image)?.[1];
}
