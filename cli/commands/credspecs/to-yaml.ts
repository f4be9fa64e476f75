import { Failure } from "../../terminal/failure";
import type { TextFile } from "../../manifests/text-file";
import type { Terminal } from "../../terminal/terminal";
import { readJsonFile, type JsonFile } from "./json-file";
import { chooseName, nameAfter } from "./name-choice";
import type { NamedCredspec } from "./credspec-yaml";
import { checkCredspec } from "../../../rules/credspec/checks/check-credspec";
import { noteFixes, sayProblems } from "../../terminal/problems";

/** What became of the files of a conversion. */
export interface Conversion {
  credspecs: NamedCredspec[];
  /** No file was left out, and Windows can work with every credspec. */
  healthy: boolean;
}

/** What holds for all files of a conversion. */
interface Wishes {
  /** For the only file. */
  wantedName: string | undefined;
  terminal: Terminal;
}

/**
 * Names the credspecs in JSON files, and says on stderr what is to be found about them.
 *
 * @throws Failure if two would have the same name, or one cannot have any.
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

/** @returns whether nothing is. */
function sayWhatIsWrong(read: JsonFile, { name }: TextFile, terminal: Terminal): boolean {
  if (read.outcome === "problem") {
    terminal.say(`${name}:${read.line}: error: ${read.message}`);
    return false;
  }
  if (read.hasDuplicateKeys) {
    terminal.say(
      `${name}: error: a key occurs twice in one object, and either may count: remove one`,
    );
  }
  const problems = checkCredspec(read.credspec);
  const isSound = sayProblems(terminal, name, problems);
  noteFixes(terminal, name, problems);
  return isSound && !read.hasDuplicateKeys;
}

function nameOf(file: TextFile, credspec: unknown, { wantedName, terminal }: Wishes): string {
  const { name, note } =
    wantedName === undefined ? nameAfter(file, credspec) : chooseName(wantedName);
  if (name === "") {
    throw new Failure(`${file.name}: no name can be derived`, "Give one with --name.");
  }
  if (note !== undefined) {
    terminal.say(`${file.name}: ${note}`);
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
