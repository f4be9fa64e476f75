/**
 * An Event shows the first 1,024 characters of its message. The creator of a workload sees a refusal only
 * there, so its first sentence must fit, with the reason and the object that it is about.
 */
import * as denial from "../../../../rules/admission/denial";
import { placesOf } from "../../../../rules/pod/windows-options";
import { sentence } from "../../../../rules/problem";

const MOST_OF_AN_EVENT = 1024;

/** The text that the API server and the ReplicaSet controller put before the message of the webhook. */
const BEFORE = 'Error creating: admission webhook "pepr-gmsa.pepr.dev" denied the request: ';

function placesNamed(length: number): ReturnType<typeof placesOf> {
  const containers = Array.from({ length: 8 }, (_, index) => ({
    name: `c${index}`.padEnd(length, "x"),
  }));
  return placesOf({ spec: { containers } }).slice(1);
}

interface Names {
  credspec: string;
  account: { namespace: string; name: string };
  places: ReturnType<typeof placesOf>;
}

const LONGEST: Names = {
  credspec: "c".repeat(253),
  account: { namespace: "n".repeat(63), name: "a".repeat(253) },
  places: placesNamed(63),
};
const USUAL: Names = {
  credspec: "webapp1",
  account: { namespace: "shop-production", name: "order-service" },
  places: placesNamed(12),
};

function refusals({ credspec, account, places }: Names): [string, denial.Denial][] {
  const settings: ("name" | "contents")[] = ["name", "contents"];
  return [
    ["settings changed", denial.settingsChanged(places.map(place => ({ place, settings })))],
    ["contents without name", denial.contentsWithoutName(places)],
    ["too many credspecs", denial.tooManyCredspecs(new Map([[credspec, places]]), 32)],
    ["not authorized", denial.notAuthorized(account, credspec, places, "")],
    ["no such credspec", denial.noSuchCredspec(credspec, places)],
    ["no credspec key", denial.noCredspecKey(credspec, places)],
    ["contents differ", denial.contentsDiffer(credspec, places)],
    ["contents malformed", denial.contentsMalformed(credspec, places, "duplicate keys")],
    ["contents not inlined", denial.contentsNotInlined(credspec, places)],
    ["contents too large", denial.contentsTooLarge(credspec, places)],
    ["use unknown", denial.useUnknown(account, credspec, places, { why: "" })],
    ["credspec unknown", denial.credspecUnknown(credspec, places, { why: "" })],
  ];
}

test.each(refusals(LONGEST))("%s: the problem fits, with the longest names", (_, { problem }) => {
  const shown = `${BEFORE}${problem}.`.slice(0, MOST_OF_AN_EVENT);
  expect(shown).toBe(`${BEFORE}${problem}.`);
});

test.each(refusals(USUAL))("%s: the remedy fits as well, with usual names", (_, refusal) => {
  expect(refusal.remedy).not.toBe("");
  const shown = `${BEFORE}${sentence(refusal)}`.slice(0, MOST_OF_AN_EVENT);
  expect(shown).toContain(refusal.remedy);
});

test("the longest credential spec and service account are whole, and the containers are counted", () => {
  const { account, credspec, places } = LONGEST;
  const { problem } = denial.notAuthorized(account, credspec, places, "");
  expect(problem).toContain(`service account "${account.name}" is not authorized`);
  expect(problem).toContain(`GMSA cred spec "${credspec}"`);
  expect(problem).toMatch(/ and \d more\)$/);
});
