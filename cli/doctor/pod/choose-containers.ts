/** Pure: which containers of a Pod are looked at. */
import { EXIT, Failure } from "../../terminal/failure";
import type { PodContainer } from "../../commands/doctor/pod/container";

/**
 * The container that is named; without a name, those that use GMSA. Init and ephemeral containers
 * that do not run have done their work, and are left out then.
 *
 * @throws Failure if there is no container of that name, or none uses GMSA.
 */
export function chosenContainers(
  pod: string,
  containers: readonly PodContainer[],
  name: string | undefined,
): PodContainer[] {
  if (name !== undefined) {
    const named = containers.filter(container => container.name === name);
    if (named.length === 0) {
      const names = containers.map(container => container.name).join(", ");
      throw new Failure(
        `${pod} has no container "${name}"`,
        `Its containers are: ${names}.`,
        EXIT.usage,
      );
    }
    return named;
  }
  const users = containers.filter(({ from }) => from !== undefined);
  if (users.length === 0) {
    throw new Failure(
      `no container of ${pod} uses GMSA: there is no securityContext.windowsOptions.gmsaCredentialSpecName in it`,
      "Name a credspec in what makes the Pod. A Pod that exists cannot be given one.",
    );
  }
  const atWork = users.filter(({ kind, state }) => kind === "container" || state === "running");
  return atWork.length === 0 ? users : atWork;
}
