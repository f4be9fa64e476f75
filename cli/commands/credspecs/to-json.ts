import { CREDSPEC_KIND, CREDSPEC_RESOURCE } from "../../../rules/credspec/resource";
import { groupOf } from "../../../rules/object";
import { Failure } from "../../terminal/failure";
import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { onLine } from "../../manifests/diagnostic";
import { parseManifests, type Manifest } from "../../manifests/manifests";
import type { TextFile } from "../../manifests/text-file";
import type { Terminal } from "../../terminal/terminal";
import { mayHaveLost } from "./exact-json";
import { exactCredspecs } from "./exact-yaml";
import type { NamedCredspec } from "./credspec-yaml";
import { noteFixes, sayProblems } from "../../terminal/problems";
import type { Conversion } from "./to-yaml";

/**
 * Reads the credential specs of the GMSACredentialSpec objects in files, and prints their problems on stderr.
 * Other objects are ignored.
 *
 * @throws Failure if two have the same name, or there is none.
 */
export function credspecsInManifests(files: readonly TextFile[], terminal: Terminal): Conversion {
  const conversion: Conversion = { credspecs: [], healthy: true };
  let found = 0;
  for (const file of files) {
    const { manifests, problems } = parseManifests(file);
    for (const problem of problems) {
      terminal.say(onLine(problem, `error: ${problem.problem}`));
      conversion.healthy = false;
    }
    for (const credspec of credspecsOf(manifests, file)) {
      const where = `${file.name}: ${credspec.name}`;
      const problems = checkCredspec(credspec.credspec);
      const isSound = sayProblems(terminal, where, problems);
      noteFixes(terminal, where, problems);
      conversion.healthy = isSound && conversion.healthy;
      found++;
      if (credspec.credspec !== undefined) {
        conversion.credspecs.push(credspec);
      }
    }
  }
  refuseSameNames(conversion.credspecs);
  if (found === 0) throw new Failure(`the input does not contain a ${CREDSPEC_KIND}`);
  return conversion;
}

function credspecsOf(manifests: readonly Manifest[], { text }: TextFile): NamedCredspec[] {
  let exact: string[] | undefined;
  return manifests
    .map(({ object }) => object)
    .filter(object => object.kind === CREDSPEC_KIND)
    .flatMap((object, index) => {
      if (groupOf(object) !== CREDSPEC_RESOURCE.group) return [];
      const named = {
        name: object.metadata?.name ?? "",
        credspec: (object as { credspec?: unknown }).credspec,
      };
      if (!mayHaveLost(named.credspec)) return named;
      exact ??= exactCredspecs(text);
      return { ...named, exactJson: exact[index] ?? "" };
    });
}

function refuseSameNames(credspecs: readonly NamedCredspec[]): void {
  const names = credspecs.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Failure(`two credential specs are named ${twice}`, "Convert them one by one.");
  }
}
