import { isNear, isOnlyNear, misspeltKeys, nearest, plainWord } from "../../../rules/near";

test.each([
  ["use", "use", true],
  ["", "", true],
  ["", "use", false],
  ["GMSA_Credential-Spec", "gmsaCredentialSpec", true],
  ["U.S.E", "use", true],
  // Up to four letters, none may differ.
  ["used", "user", false],
  ["rol", "role", false],
  ["ROLE", "role", true],
  // From five to eight, one.
  ["groop", "group", true],
  ["grooop", "group", false],
  ["grup", "group", true],
  ["subject", "subjects", true],
  ["subjct", "subjects", false],
  // From nine on, two.
  ["resorces", "resources", true],
  ["resorce", "resources", true],
  ["resorc", "resources", false],
  ["serviceacount", "serviceAccount", true],
  ["servicacount", "serviceAccount", true],
  ["servicacont", "serviceAccount", false],
  // The length of the word that is meant counts.
  ["resources", "resource", true],
  ["resourcess", "resource", false],
])("%j for %j is near: %s", (word, meant, is) => {
  expect(isNear(word, meant)).toBe(is);
});

test("a plain word has no separators and no capitals", () => {
  expect(plainWord("GMSA_Credential-Spec 2")).toBe("gmsacredentialspec2");
});

test.each([
  ["namespac", "namespace", ["name", "namespace"], true],
  ["hostnames", "hostnamed", ["hostnamed", "hostnamef"], false],
  ["HOSTNAMED", "hostnamed", ["hostnamed", "hostnamef"], true],
  ["hostname", "hostnamed", ["hostnamed"], true],
  ["hostname", "hostnamed", [], true],
])("%j for %j among %j is the only one: %s", (word, meant, known, is) => {
  expect(isOnlyNear(word, meant, known)).toBe(is);
});

// The answers are cached by the list, so each case has a list of its own.
test.each([
  ["subject", ["roleRef", "subjects"], "subjects"],
  ["subjects", ["roleRef", "subjects"], undefined],
  ["metadata", ["roleRef", "subjects"], undefined],
  ["a-word-that-is-longer-than-all", ["roleRef", "subjects"], undefined],
  ["", ["roleRef"], undefined],
  ["role_ref", ["rolesref", "roleRef"], "roleRef"],
  // Of two that are near, the nearest: after the other, and before it.
  ["hostnamess", ["hostnames-ab", "hostnames"], "hostnames"],
  ["hostnamess", ["hostnames", "hostnames-ab"], "hostnames"],
  ["hostnamexy", ["hostname-xyz", "other", "hostnamed"], "hostname-xyz"],
  // Of two that are equally near, the first.
  ["hostnames", ["hostnamef", "hostnamed"], "hostnamef"],
])("%j among %j is %j", (word, known, meant) => {
  const list = [...known];
  expect([nearest(word, list), nearest(word, list)]).toEqual([meant, meant]);
});

test("answers are right for more words than are kept", () => {
  const known = ["subjects"];
  const words = Array.from({ length: 10_001 }, (_, index) => `subject${index % 10}-${index}`);
  expect(nearest("subject", known)).toBe("subjects");
  expect(new Set(words.map(word => nearest(word, known)))).toEqual(new Set([undefined]));
  expect(nearest("subject", known)).toBe("subjects");
  expect(nearest("subjcts", known)).toBe("subjects");
});

const KEYS = ["hostname", "subjects", "namespaces", "namespacesxy"];

test.each<[object, object[]]>([
  [{}, []],
  [{ subjects: 1, other: 2 }, []],
  [{ subject: 1 }, [{ key: "subject", meant: "subjects", isFree: true }]],
  [{ subject: 1, subjects: 2 }, [{ key: "subject", meant: "subjects", isFree: false }]],
  [
    { host_name: 1, Subjects: 2 },
    [
      { key: "host_name", meant: "hostname", isFree: true },
      { key: "Subjects", meant: "subjects", isFree: true },
    ],
  ],
  [{ namespacesx: 1 }, [{ key: "namespacesx", meant: "namespaces", isFree: false }]],
])("keys of %j that are misspelt: %j", (object, misspelt) => {
  expect(misspeltKeys(object, [...KEYS])).toEqual(misspelt);
});
