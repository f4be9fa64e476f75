import { Failure } from "../../terminal/failure";
import type { TextFile } from "../../manifests/text-file";
import type { Terminal } from "../../terminal/terminal";
import { readJsonFile, type JsonFile } from "./json-file";
import { chooseGivenName, nameAfter } from "./name-choice";
import type { NamedCredspec } from "./credspec-yaml";
import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { noteFixes, sayProblems } from "../../terminal/problems";

export interface Conversion {
  credspecs: NamedCredspec[];
  /** No file was skipped, and Windows can use every credential spec. */
  healthy: boolean;
}

/** Settings for all files of a conversion. */
interface Wishes {
  /** Only set for a single file. */
  wantedName: string | undefined;
  terminal: Terminal;
}

/**
 * Reads the credential specs of JSON files and names them, and prints their problems on stderr.
 *
 * @throws Failure if two would have the same name, or no name can be derived for one.
 */
export async function namedCredspecs(
  files: readonly TextFile[],
  wishes: Wishes,
): Promise<Conversion> {
  const conversion: Conversion = { credspecs: [], healthy: true };
  const origins = new Map<string, string>();
  for (const file of files) {
    const read = await readJsonFile(file);
    const isSound = sayWhatIsWrong(read, file, wishes.terminal);
    conversion.healthy &&= isSound;
    if (read.outcome === "credspec") {
      const name = nameOf(file, read.credspec, wishes);
      refuseSecond(name, file.name, origins.get(name));
      origins.set(name, file.name);
      const { credspec, exactJson } = read;
      conversion.credspecs.push({
        name,
        credspec,
        ...(exactJson === undefined ? {} : { exactJson }),
      });
    }
  }
  return conversion;
}

/** @returns whether there are no problems. */
function sayWhatIsWrong(read: JsonFile, { name }: TextFile, terminal: Terminal): boolean {
  if (read.outcome === "problem") {
    terminal.say(`${name}:${read.line}: error: ${read.message}`);
    return false;
  }
  if (read.hasDuplicateKeys) {
    terminal.say(
      `${name}: error: a key occurs twice in one object, and Windows may use either: remove one`,
    );
  }
  const problems = checkCredspec(read.credspec);
  const isSound = sayProblems(terminal, name, problems);
  noteFixes(terminal, name, problems);
  return isSound && !read.hasDuplicateKeys;
}

function nameOf(file: TextFile, credspec: unknown, { wantedName, terminal }: Wishes): string {
  const { name, note, placeholder } =
    wantedName === undefined ? nameAfter(file, credspec) : chooseGivenName(wantedName);
  if (name === "") {
    throw new Failure(`${file.name}: no name can be derived`, "Give one with --name.");
  }
  if (note !== undefined) {
    terminal.say(`${file.name}: ${note}`);
  }
  if (placeholder !== undefined) {
    terminal.say(`${file.name}: warning: its name has a placeholder (${placeholder}); see --name`);
  }
  return name;
}

function refuseSecond(name: string, file: string, other: string | undefined): void {
  if (other !== undefined) {
    throw new Failure(
      `two credential specs would be named ${name}: ${other} and ${file}`,
      "Rename one of the files, or convert them one by one with --name.",
    );
  }
}
