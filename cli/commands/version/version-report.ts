/** Pure: the versions of client and server, and whether they are compatible. */
import type { V1Deployment } from "@kubernetes/client-node";

import type { Lookup } from "../../api/calls";
import { installedModule, peprOf } from "../../inspect/installed-module";

/** The versions of this program, and of Pepr that the module is built with. */
export interface ClientVersions {
  gmsa: string;
  pepr: string;
}

/** The installed module. A version that cannot be read is absent. */
interface VersionedModule {
  version?: string;
  build: string;
  image: string;
  pepr?: string;
}

/** The output of `gmsa version`. */
export interface Versions {
  client: ClientVersions;
  /** Absent with --client. */
  server?: {
    /** Such as "v1.36.3". */
    kubernetes: string;
    /** Absent if it is not installed or may not be read. */
    module?: VersionedModule;
    /** Why it is not known whether it is installed. */
    unknown?: string;
  };
  /** Incompatibilities, as sentences. */
  warnings: string[];
}

/** Match conditions and ValidatingAdmissionPolicy have been stable since this version. */
const OLDEST_MINOR = 30;

/** @param server the cluster with the Deployment of the webhook; undefined if no cluster is asked. */
export function versionsOf(
  client: ClientVersions,
  server?: { kubernetes: string; controller: Lookup<V1Deployment | undefined> },
): Versions {
  if (server === undefined) return { client, warnings: [] };
  const { kubernetes, controller } = server;
  const module =
    controller.known && controller.value !== undefined ? moduleOf(controller.value) : undefined;
  return {
    client,
    server: {
      kubernetes,
      ...(module === undefined ? {} : { module }),
      ...(controller.known ? {} : { unknown: controller.why }),
    },
    warnings: [
      ...kubernetesWarnings(kubernetes),
      ...(module === undefined ? [] : moduleWarnings(client, module)),
    ],
  };
}

function moduleOf(deployment: V1Deployment): VersionedModule {
  const { version, build, image } = installedModule(deployment);
  const pepr = peprOf(image);
  return {
    ...(version === undefined ? {} : { version }),
    ...{ build, image },
    ...(pepr === undefined ? {} : { pepr }),
  };
}

function kubernetesWarnings(kubernetes: string): string[] {
  const [, major = "", minor = ""] = /^v?(\d+)\.(\d+)/.exec(kubernetes) ?? [];
  const isOld = major === "1" && Number(minor) < OLDEST_MINOR;
  return isOld
    ? [`Kubernetes ${kubernetes} is older than 1.${OLDEST_MINOR}, which the webhook needs.`]
    : [];
}

function moduleWarnings(
  client: ClientVersions,
  { version, pepr = client.pepr }: VersionedModule,
): string[] {
  if (version === undefined) return ["The installation does not show its version."];
  if (version !== client.gmsa) {
    return [`The installation has version ${version}: use gmsa ${version}, or upgrade it.`];
  }
  return pepr === client.pepr
    ? []
    : [`The image has Pepr ${pepr}, but this version is built for ${client.pepr}.`];
}

/** Table rows for people. */
export function versionRows({ client, server }: Versions): string[][] {
  const rows = [["gmsa", `${client.gmsa}, for Pepr ${client.pepr}`]];
  if (server === undefined) return rows;
  return [...rows, ["Kubernetes", server.kubernetes], ["installed", installedIn(server)]];
}

function installedIn({ module, unknown }: NonNullable<Versions["server"]>): string {
  if (unknown !== undefined) return `unknown: ${unknown}`;
  if (module === undefined) return "no";
  return `${module.version ?? "version unknown"}, build ${module.build}, image ${module.image}`;
}
