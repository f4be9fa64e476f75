/**
 * The wording of refusals and findings can be changed freely: tests on a cluster and of the built programs
 * compare causes, reasons and names (test/support/refusals.ts) or ask the rules for the words
 * (test/support/worded.ts), and only the tests of the wording contain it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as denial from "../../../rules/admission/denial";
import { NAME_RULE } from "../../../rules/object";
import { DENIAL_REASONS, sentence } from "../../../rules/problem";
import { gmsaPlacesOf } from "../../../rules/pod/windows-options";
import { admissionCases } from "../../fixtures/admission-case";
import { credspecCases } from "../../fixtures/credspec-case";

const TEST = join(__dirname, "../..");
const FOLDERS = ["components", "e2e", "node", "process", "support"];

/** These files contain the sentences on purpose, for the reason given. */
const ABOUT_WORDS: Readonly<Record<string, string>> = {
  "components/migration-chart.test.ts":
    "the old webhook, which has the same sentences and gives no causes",
  "e2e/migration.test.ts": "the old webhook, which has the same sentences and gives no causes",
  "e2e/refusal-causes.test.ts": "what kubectl prints for a refused Pod",
  "e2e/where-pods-run.test.ts": "what gmsa status, doctor and lint print about nodes",
  "process/gmsa-convert.test.ts": "what gmsa convert prints",
  "process/gmsa-convert-back.test.ts": "what gmsa convert prints",
  "process/gmsa-create.test.ts": "what gmsa create prints",
  "process/gmsa-create-questions.test.ts": "what gmsa create asks",
  "process/gmsa-grants.test.ts": "what gmsa grant prints for a wrong name",
  "process/gmsa-test-suite.test.ts": "what gmsa test prints",
  "process/gmsa-test.test.ts": "what gmsa test prints",
};

/** Stands for the names in a sentence. Its letters are those of an object name. */
const NAME = "zz0";

const pod = {
  metadata: { name: NAME },
  spec: {
    securityContext: {
      windowsOptions: { gmsaCredentialSpecName: NAME, gmsaCredentialSpec: NAME },
    },
  },
};
const places = gmsaPlacesOf(pod);
const [place] = places;
const account = { namespace: NAME, name: NAME };
const failure = { why: NAME };

const DENIALS: readonly denial.Denial[] = [
  ...(place === undefined ? [] : [denial.settingsChanged([{ place, settings: ["name"] }])]),
  denial.contentsWithoutName(places),
  denial.tooManyCredspecs(new Map([[NAME, places]]), 0),
  denial.notAuthorized(account, NAME, places, ""),
  denial.noSuchCredspec(NAME, places),
  denial.noSuchCredspec("No name", places),
  denial.noCredspecKey(NAME, places),
  denial.contentsDiffer(NAME, places),
  ...(["not JSON", "not an object", "duplicate keys"] as const).map(problem =>
    denial.contentsMalformed(NAME, places, problem),
  ),
  denial.contentsNotInlined(NAME, places),
  denial.contentsTooLarge(NAME, places),
  denial.useUnknown(account, NAME, places, failure),
  denial.credspecUnknown(NAME, places, failure),
];

/** This many words in a row are enough to recognise a sentence. */
const WORDS = 5;

/** The sentences of refusals, of warnings about Pods and templates, and about credential specs. */
const SENTENCES = [
  ...DENIALS.map(sentence),
  ...admissionCases(NAME).flatMap(({ warnings, templateWarnings }) => [
    ...warnings,
    ...templateWarnings,
  ]),
  ...credspecCases().flatMap(({ findings }) => findings.map(each => each.sentence)),
];

/** All phrases of that length between the names in the sentences, except phrases of other rules. */
const PHRASES = [
  ...new Set(
    SENTENCES.flatMap(each => each.split(/[^ ]*(?:zz0|No name)[^ ]*|\d+/)).flatMap(part => {
      const words = part.split(" ").filter(word => word !== "");
      return words.flatMap((_, from) =>
        from + WORDS > words.length ? [] : [words.slice(from, from + WORDS).join(" ")],
      );
    }),
  ),
].filter(phrase => !` ${NAME_RULE} `.includes(phrase.replace(/^be /, "")));

/** The phrases in a source text. Comments, escapes and line breaks within a text do not count. */
function phrasesIn(source: string): string[] {
  const code = source.replace(/\/\*\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const text = code.replaceAll("\\", "").replace(/["'`] \+\s+["'`]/g, "");
  return PHRASES.filter(phrase => text.includes(phrase));
}

const files = FOLDERS.flatMap(folder =>
  readdirSync(join(TEST, folder))
    .filter(name => name.endsWith(".ts"))
    .map(name => `${folder}/${name}`),
);

test("every reason has sentences here, and each has a phrase to look for", () => {
  expect(new Set(DENIALS.map(({ reason }) => reason))).toEqual(new Set(DENIAL_REASONS));
  for (const each of DENIALS) expect(phrasesIn(sentence(each))).not.toEqual([]);
});

test("no test but those of the sentences has their words", () => {
  const found = files.filter(file => phrasesIn(readFileSync(join(TEST, file), "utf8")).length > 0);
  expect(found.sort()).toEqual(Object.keys(ABOUT_WORDS).sort());
});
