/**
 * Pure: whether the node's Windows can start a container at all, from the build of its image and the
 * RuntimeClass.
 */
import type { V1Node } from "@kubernetes/client-node";

import { OS_LABEL } from "../../../../rules/pod/os";
import type { Lookup } from "../../../api/calls";
import { fail, pass, warn, type Observed } from "../../../diagnosis/report/check";
import { buildOf, isWindows, nameOf } from "../../../inspect/windows-node";
import type { NamedRuntimeClass, Surroundings } from "./read-pod";

/**
 * Tags of Microsoft's images and of images based on them, such as windowsservercore-ltsc2019:
 * https://hub.docker.com/r/microsoft/windows-servercore
 */
const BUILDS: readonly (readonly [tag: RegExp, release: number])[] = [
  [/ltsc2019|(?<!\d)1809(?!\d)|(?<!\d)17763(?!\d)/, 17763],
  [/ltsc2022|(?<!\d)20348(?!\d)/, 20348],
  [/ltsc2025|(?<!\d)26100(?!\d)/, 26100],
];

/** The build of Windows that a tag names. Undefined if it names none or several. */
export function releaseIn(image: string): number | undefined {
  const [name = ""] = image.split("@");
  const tag = name.slice(name.lastIndexOf("/") + 1).split(":")[1] ?? "";
  const releases = BUILDS.flatMap(([pattern, release]) => (pattern.test(tag) ? [release] : []));
  return releases.length === 1 ? releases[0] : undefined;
}

/** For a container that does not run. Undefined if the node's build is not known. */
export function judgeBuild(
  image: string,
  { node, report }: Pick<Surroundings, "node" | "report">,
): Observed | undefined {
  const windowsNode = windowsNodeIn(node);
  if (windowsNode === undefined) return undefined;
  const build = buildOf(windowsNode, report?.known === true ? report.value : undefined);
  const name = nameOf(windowsNode);
  const release = releaseIn(image);
  if (build === undefined) return { level: "unknown", message: `${name} reports no build` };
  const onNode = `${name} has build ${build.text} (${build.name})`;
  if (release === undefined) {
    return {
      level: "unknown",
      message: `${onNode}; the tag of ${image} does not name a build`,
      remedy: `Run \`docker manifest inspect ${image}\` to see its os.version, which must be of build ${build.release}.`,
    };
  }
  if (release === build.release) return pass(`${image} is of build ${release}, as ${name} is`);
  const message = `${image} is of build ${release}, but ${onNode}`;
  return release > build.release
    ? fail(message, `Windows does not start images of a later build. ${selectBuild(release)}`)
    : warn(message, `Without Hyper-V isolation the builds must be equal. ${selectBuild(release)}`);
}

function selectBuild(release: number): string {
  return `Use an image of the node's build, or select nodes of the image's build: node.kubernetes.io/windows-build: 10.0.${release}.`;
}

function windowsNodeIn(node: Lookup<V1Node> | undefined): V1Node | undefined {
  return node?.known === true && isWindows(node.value) ? node.value : undefined;
}

/** Checks that the Pod's RuntimeClass exists and is for Windows. */
export function judgeRuntimeClass({ name, found }: NamedRuntimeClass): Observed {
  const object = `RuntimeClass/${name}`;
  if (!found.known) return { level: "unknown", message: `${object}: ${found.why}` };
  if (found.value === undefined) {
    return fail(
      `${object} does not exist, so no sandbox is created`,
      "Run `kubectl get runtimeclasses` to list the existing ones. Name one of them in the Pod's workload, or none.",
    );
  }
  const os = found.value.scheduling?.nodeSelector?.[OS_LABEL];
  return os === undefined || os === "windows"
    ? pass(`${object} exists`)
    : fail(
        `${object} is for nodes with ${OS_LABEL}=${os}`,
        "Name a RuntimeClass for Windows in the Pod's workload, or none.",
      );
}
