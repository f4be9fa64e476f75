import type { ObjectLike } from "../../rules/workload/pod-template";

/** `Deployment/shop`; for a generateName, `Job/shop-*`. */
export function describeObjectName({ kind, metadata }: ObjectLike): string {
  const { name = "", generateName = "" } = metadata ?? {};
  return `${kind}/${name === "" ? `${generateName}*` : name}`;
}
