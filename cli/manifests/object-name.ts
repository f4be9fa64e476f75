import type { ObjectLike } from "../../capabilities/workload";

/** `Deployment/shop`; for a generateName, `Job/shop-*`. */
export function describeObjectName({ kind, metadata }: ObjectLike): string {
  const { name = "", generateName = "" } = metadata ?? {};
  return `${kind}/${name === "" ? `${generateName}*` : name}`;
}
