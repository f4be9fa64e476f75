/** Pure: the meaning of a difference between an installed object and the shipped one. */
import {
  compareInstallation,
  type ObjectDifference,
} from "../../manifests/installation/comparison";
import { oneLine, shortened } from "../../../rules/text";
import { distinctReasons } from "../../api/calls";
import type { InstallationState } from "../../inspect/state";
import { editCommand, fail, unread, warn, type Observed } from "../report/check";
import { applyAdvice } from "./apply-advice";

type Installed = InstallationState["installed"];

/** The assessment of a difference. */
export interface Judged {
  level: "fail" | "warn";
  /** The consequence, as a clause; "" if there is nothing to add to the difference. */
  consequence: string;
  effect?: Observed["effect"];
}

/** A cache, because several checks compare the installation, each for its own objects. */
const compared = new WeakMap<Installed, ObjectDifference[]>();

/** All differences from the shipped installation, as far as the objects could be read. */
export function differencesIn(installed: Installed): ObjectDifference[] {
  const { objects, unknown } = installed;
  const differences =
    compared.get(installed) ??
    compareInstallation(objects, object => unknown[object] === undefined);
  compared.set(installed, differences);
  return differences;
}

/**
 * Reports all differences of the objects that a check covers, and which of these objects could not be read.
 */
export function observeObjects(
  installed: Installed,
  isAbout: (difference: Pick<ObjectDifference, "object"> & { path: string }) => boolean,
  judge: (difference: ObjectDifference) => Judged | undefined,
): Observed[] {
  const reasons = Object.entries(installed.unknown).filter(([object]) =>
    isAbout({ object, path: "" }),
  );
  return [
    ...differencesIn(installed)
      .filter(({ object, difference }) => isAbout({ object, path: difference?.path ?? "" }))
      .flatMap(difference => {
        const judged = judge(difference);
        return judged === undefined ? [] : [observed(difference, judged, installed)];
      }),
    ...distinctReasons(reasons.map(([, reason]) => reason)).map(unread),
  ];
}

function observed(difference: ObjectDifference, judged: Judged, installed: Installed): Observed {
  const { level, consequence, effect } = judged;
  const cause = describe(difference);
  const message = `${cause}${consequence === "" ? "" : `: ${consequence}`}`;
  const remedy = remedyOf(difference, installed);
  return {
    ...(level === "warn" ? warn(message, remedy) : fail(message, remedy)),
    ...(effect === undefined ? {} : { effect }),
    // Their consequences are that Pods are not checked.
    ...(effect === "unchecked" || effect === "ignored" ? { cause } : {}),
  };
}

function describe({ object, difference, component }: ObjectDifference): string {
  const of = component === undefined ? "" : ` of component ${component}`;
  if (difference === undefined) return `${object}${of} is missing`;
  const { path, shipped, found } = difference;
  if (shipped === undefined) return `${object} has ${path} ${shown(found)}, which is not shipped`;
  if (found === undefined) return `${object}${of} lacks ${path} ${shown(shipped)}`;
  return `${object} has ${path} ${shown(found)}, not ${shown(shipped)}${of === "" ? "" : ` (${of.trim()})`}`;
}

function remedyOf(
  { object, difference, component, isKept }: ObjectDifference,
  installed: Installed,
): string {
  if (component === undefined) {
    const isAdded = difference !== undefined && difference.shipped === undefined;
    const apply = applyAdvice(installed, difference?.path);
    if (isAdded)
      return `${apply} That may keep additions by others: ${edit(object, installed)} to remove them.`;
    return isKept === true
      ? `Set it back, which applying the installation does not do: ${edit(object, installed)}.`
      : apply;
  }
  return `Apply the overlay that has deploy/components/${component}, run \`helm upgrade\` with its value, or remove the whole component.`;
}

/** Needed because `kubectl apply` changes only its own fields, and keeps those that others have added. */
function edit(object: string, { objects }: Installed): string {
  const [kind = "", ...names] = object.split("/");
  const namespace = objects[object]?.metadata.namespace;
  return `run ${editCommand({ kind, name: names.at(-1) ?? "", namespace })}`;
}

/** Characters: enough to recognise the value. */
const LONGEST = 120;

/** A value on one line. Values of Secrets never get here, because only their keys are compared. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return shortened(oneLine(text), LONGEST);
}
