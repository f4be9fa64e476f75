import {
  contentsWithin,
  checkKind,
  isNearCredspec,
  misplacedContents,
  misplacedProblem,
} from "../../../../rules/credspec/near-kind";
import { credspecResourceName } from "../../../../rules/credspec/resource";
import type { ObjectLike } from "../../../../rules/object";
import type { Fix } from "../../../../rules/problem";

const VERSION = "windows.k8s.io/v1";
const KIND = "GMSACredentialSpec";
const CONTENTS = { CmsPlugins: ["ActiveDirectory"] };
const TEXT = JSON.stringify(CONTENTS);

function object(apiVersion: string, kind: string, more: object = {}): ObjectLike {
  return { apiVersion, kind, ...more };
}

function value(path: string, to: string): Fix {
  return { path: [path], edit: { kind: "value", to } };
}

const toVersion = value("apiVersion", VERSION);
const toKind = value("kind", KIND);

test("a credential spec of either version is one, and the old version is good to know", () => {
  const old = object("windows.k8s.io/v1alpha1", KIND);
  expect([object(VERSION, KIND), old].map(isNearCredspec)).toEqual([false, false]);
  expect(checkKind(object(VERSION, KIND))).toEqual([]);
  expect(checkKind(old)).toEqual([
    {
      level: "information",
      reason: "old version",
      places: [{ path: ["apiVersion"], text: "apiVersion" }],
      problem: "windows.k8s.io/v1alpha1 is served, but deprecated",
      remedy: "Write apiVersion: windows.k8s.io/v1.",
      fixes: [toVersion],
    },
  ]);
});

test.each<[string, string, { credspec?: unknown }, Fix[] | undefined]>([
  ["auth.k8s.io/v1", KIND, {}, [toVersion]],
  ["window.k8s.io/v1", KIND, {}, [toVersion]],
  ["windows.k8s.io/v1beta1", KIND, {}, [toVersion]],
  ["example.com/v1", KIND, {}, undefined],
  ["example.com/v1", KIND, { credspec: CONTENTS }, [toVersion]],
  [VERSION, "GMSACredSpec", {}, [toKind]],
  [VERSION, "gmsa-credential-specs", {}, [toKind]],
  ["windows.k8s.io/v1alpha1", "GmsaCredentialSpec", {}, [toVersion, toKind]],
  [VERSION, "GMSACredentialSp", {}, [toKind]],
  [VERSION, "Thing", { credspec: CONTENTS }, undefined],
  ["example.com/v1", "Thing", { credspec: { cms_plugins: [] } }, undefined],
])("%s %s %j is meant to be a credential spec: %j", (apiVersion, kind, more, fixes) => {
  const path = [kind === KIND ? "apiVersion" : "kind"];
  const near = object(apiVersion, kind, more);
  expect(isNearCredspec(near)).toBe(true);
  expect(checkKind(near)).toEqual([
    {
      level: "error",
      reason: "credspec kind",
      places: [{ path, text: path.join() }],
      problem: `${kind} of ${apiVersion} is not a credential spec in any cluster, so nothing can use it`,
      remedy: "Write apiVersion: windows.k8s.io/v1 and kind: GMSACredentialSpec.",
      ...(fixes === undefined ? {} : { fixes }),
    },
  ]);
});

test.each<[string, string, object]>([
  ["v1", "ConfigMap", {}],
  [VERSION, "GMSACredentials", {}],
  ["example.com/v1", "Thing", { credspec: { other: 1 } }],
  ["example.com/v1", "Thing", { credspec: null }],
  ["example.com/v1", "Thing", { credspec: "CmsPlugins" }],
])("%s %s %j is something else", (apiVersion, kind, more) => {
  expect(isNearCredspec(object(apiVersion, kind, more))).toBe(false);
  expect(checkKind(object(apiVersion, kind, more))).toEqual([]);
});

test.each<[string, object, (string | number)[] | undefined]>([
  ["in their place", { credspec: CONTENTS }, undefined],
  ["as a text in their place", { credspec: TEXT }, undefined],
  ["nowhere", { credspec: { a: null, b: [1, "text", "{", ""] }, data: null }, undefined],
  ["beside apiVersion", CONTENTS, []],
  ["under spec", { spec: CONTENTS }, ["spec"]],
  ["under spec, with a null before them", { metadata: null, spec: CONTENTS }, ["spec"]],
  ["one level too deep", { credspec: { credspec: CONTENTS } }, ["credspec", "credspec"]],
  ["as a text", { data: { "a.json": `\n  ${TEXT}` } }, ["data", "a.json"]],
  ["as a text in a list", { list: ["x", TEXT] }, ["list", 1]],
  ["in a list of one", { list: [TEXT] }, ["list", 0]],
  ["in a list of lists", { list: [[], [CONTENTS]] }, ["list", 1, 0]],
  ["as a list in a text", { data: `[${TEXT}]` }, undefined],
  ["as a text that ends too soon", { data: TEXT.slice(0, -1) }, undefined],
  ["with keys in another case", { spec: { cmsplugins: [] } }, ["spec"]],
  ["four levels down", { a: { b: { c: { d: CONTENTS } } } }, ["a", "b", "c", "d"]],
  ["five levels down", { a: { b: { c: { d: { e: CONTENTS } } } } }, undefined],
  ["in an annotation", { metadata: { annotations: { last: TEXT } } }, undefined],
])("contents %s", (_where, more, path) => {
  const found = misplacedContents(object(VERSION, KIND, more));
  expect(found).toEqual(path === undefined ? undefined : { path });
});

test.each<[(string | number)[], string, string]>([
  [[], "credspec", "beside apiVersion and kind"],
  [["spec", 0], "spec[0]", "under spec[0]"],
])("contents at %j are reported as %s", (path, text, where) => {
  expect(misplacedProblem({ path })).toEqual({
    level: "error",
    reason: "contents misplaced",
    places: [{ path, text }],
    problem: `the contents are ${where}, where the API server does not look for them`,
    remedy: "Put CmsPlugins, DomainJoinConfig and ActiveDirectoryConfig directly under credspec.",
  });
});

test("a credential spec is named as kubectl does", () => {
  expect(credspecResourceName("payroll")).toBe("gmsacredentialspec.windows.k8s.io/payroll");
});

test("contents are found at any level, and nothing where there are none", () => {
  const contents = { CmsPlugins: ["ActiveDirectory"] };
  expect(contentsWithin(contents)).toEqual([]);
  expect(contentsWithin({ spec: { list: [contents] } })).toEqual(["spec", "list", 0]);
  expect(contentsWithin({ spec: {} })).toBeUndefined();
  expect(contentsWithin("text")).toBeUndefined();
});
