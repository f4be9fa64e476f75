/** Pure: which module a Deployment runs. */
import type { V1Deployment } from "@kubernetes/client-node";

export interface InstalledModule {
  /** Of the installation; absent if it does not say it. */
  version?: string;
  /** SHA-256 of the module. */
  build: string;
  image: string;
  replicas: { wanted: number; ready: number };
}

/** @param deployment of the webhook. */
export function installedModule({ metadata, spec, status }: V1Deployment): InstalledModule {
  const version = metadata?.labels?.["app.kubernetes.io/version"];
  const { wanted = 1, ready = 0 } = { wanted: spec?.replicas, ready: status?.readyReplicas };
  return {
    ...(version === undefined ? {} : { version }),
    ...programOf(spec),
    replicas: { wanted, ready },
  };
}

/** The container's last argument is the hash of what it runs. */
function programOf(spec: V1Deployment["spec"]): Pick<InstalledModule, "build" | "image"> {
  const { args = [], image = "" } = spec?.template.spec?.containers[0] ?? {};
  return { build: args.at(-1) ?? "", image };
}

/** The version of Pepr, by the tag of its image; one with a digest alone does not say it. */
export function peprOf(image: string): string | undefined {
  return /:v?(\d+\.\d+\.\d+[^@]*)(?:@|$)/.exec(image)?.[1];
}
