/**
 * Attempts to bypass the checks by the spelling of a request: keys and contents that readers may
 * understand differently, and other envelopes and routes. Also compares the places that the rules
 * visit with the API's own description of a Pod.
 */
import { placesOf, type PodLike } from "../../rules/pod/windows-options";
import { validContents } from "../../testbed/objects/valid-credspec";
import { getRaw } from "../../tools/bench/api-server";
import { attachBed } from "../setup/attach-bed";
import { cause, CONTENTS, NAME } from "../support/refusals";
import { AttemptWorld, type Attempt } from "./attempts";
import type { RawRequest } from "./raw-request";

const NAMESPACE = "gmsa-attempts-4";
const bed = attachBed();
const world = new AttemptWorld(bed, NAMESPACE);
const CREDSPEC = world.credspec;
const NOT_AUTHORIZED = cause("NotAuthorized", `spec.${NAME}`, "default", CREDSPEC);
const OTHER_CONTENTS = cause("ContentsDiffer", `spec.${CONTENTS}`, CREDSPEC);
const MALFORMED = cause("ContentsMalformed", `spec.${CONTENTS}`, "p");
const FORGED = JSON.stringify({ ...JSON.parse(validContents()), CmsPlugins: [] });
const NAMED = world.naming();

const granted = (spec: object): object => world.pod({ serviceAccountName: "granted", ...spec });

/** A Pod of the granted account with these contents for the credential spec. */
const withContents = (contents: string): RawRequest =>
  world.creating(granted({ securityContext: world.naming(contents) }));

/** A Pod whose Windows options are this text. */
const withOptions = (options: string): RawRequest =>
  world.creating(
    JSON.stringify(world.pod({ securityContext: { windowsOptions: "HERE" } })).replace(
      '"HERE"',
      options,
    ),
  );

/** The right contents with one more key, first. */
const withKey = (text: string): string => validContents().replace("{", `{${text},`);

const attempts: Attempt[] = [
  {
    attempt: "a key with an escaped letter, and the same key with another name",
    hopes: "one is read as another field",
    request: withOptions(
      `{"gmsaCredentialSpecName":"other","\\u0067msaCredentialSpecName":"${CREDSPEC}"}`,
    ),
    ...{ status: 403, refused: NOT_AUTHORIZED },
  },
  {
    attempt: "contents with a key that JavaScript reads as a prototype",
    hopes: "it is not compared",
    request: withContents(withKey('"__proto__":{"CmsPlugins":[]}')),
    ...{ status: 403, refused: OTHER_CONTENTS },
  },
  {
    attempt: "contents with a key in other letters, as Go would read it",
    hopes: "it is not compared, and replaces the right one on the node",
    request: withContents(withKey('"cmsplugins":[]')),
    ...{ status: 403, refused: OTHER_CONTENTS },
  },
  {
    attempt: "contents with a key twice, once with an escaped letter",
    hopes: "the two count as different keys",
    request: withContents(withKey('"\\u0043msPlugins":[]')),
    ...{ status: 403, refused: MALFORMED },
  },
  {
    attempt: "contents with half of a surrogate pair",
    hopes: "it is replaced before it is compared",
    request: withContents(validContents().replace("CONTOSO", "CONTOSO\\ud800")),
    ...{ status: 403, refused: OTHER_CONTENTS },
  },
  {
    attempt: "the right contents and a zero byte with others after them",
    hopes: "one reader stops at the zero byte, and another one at the end",
    request: withContents(`${validContents()}\u0000${FORGED}`),
    ...{ status: 403, refused: MALFORMED },
  },
  {
    attempt: "a list of Pods in place of one",
    hopes: "its members are stored one by one",
    request: world.creating({
      ...{ apiVersion: "v1", kind: "PodList" },
      items: [world.pod({ securityContext: NAMED })],
    }),
    ...{ status: 400, says: "PodList" },
  },
  {
    attempt: "a PUT of a Pod that does not exist",
    hopes: "an update that creates has no rules",
    request: {
      ...{ method: "PUT", path: `${world.pods}/p` },
      body: JSON.stringify(world.pod({ securityContext: NAMED })),
    },
    ...{ status: 404, says: "not found" },
  },
  {
    attempt: "the account of another namespace, by a slash",
    hopes: "the namespace before the slash counts",
    request: world.creating(
      world.pod({ serviceAccountName: "kube-system/granted", securityContext: NAMED }),
    ),
    ...{ status: 403, says: "error looking up service account" },
  },
];

beforeAll(() => world.setUp());
afterAll(() => world.tearDown());

test.each(attempts)(
  "$attempt, hoping that $hopes: $status",
  async ({ request, status, refused, says = "" }) => {
    const answer = await world.send(request);
    expect({ status: answer.status, message: answer.body.message }).toEqual({
      status,
      message: expect.stringContaining(says) as string,
    });
    expect(answer.causes).toEqual(refused === undefined ? answer.causes : [refused]);
    expect(await world.storedPlaces()).toBe(0);
  },
);

/** A schema of OpenAPI, of which only the references are read. */
type Schemas = Record<string, { properties?: Record<string, object> }>;

/** The names of the schemas that a field refers to. */
function referencesIn(field: object): string[] {
  const references = JSON.stringify(field).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...references].map(([, name = ""]) => name);
}

/** The paths of fields that lead from a schema to the wanted one. */
function pathsTo(wanted: string, schemas: Schemas, from: string, seen = [from]): string[] {
  return Object.entries(schemas[from]?.properties ?? {}).flatMap(([field, schema]) =>
    referencesIn(schema).flatMap(name => {
      if (name === wanted) return [field];
      if (seen.includes(name)) return [];
      return pathsTo(wanted, schemas, name, [...seen, name]).map(path => `${field}.${path}`);
    }),
  );
}

test("the API's own description of a Pod has Windows options where the rules look, and nowhere else", async () => {
  const signal = AbortSignal.timeout(30_000);
  const text = await getRaw(bed.kubeConfig, "/openapi/v3/api/v1", signal);
  const { schemas } = (JSON.parse(text.toString()) as { components: { schemas: Schemas } })
    .components;
  const core = "io.k8s.api.core.v1";
  const container = { name: "c" };
  const pod: PodLike = {
    spec: {
      ...{ containers: [container], initContainers: [container] },
      ephemeralContainers: [container],
    },
  };
  const visited = placesOf(pod).map(({ path }) =>
    [...path, "securityContext", "windowsOptions"].filter(step => typeof step === "string"),
  );
  expect(pathsTo(`${core}.WindowsSecurityContextOptions`, schemas, `${core}.Pod`).sort()).toEqual(
    visited.map(path => path.join(".")).sort(),
  );
  // The fields with the settings are in no other schema.
  const holders = Object.keys(schemas).filter(name =>
    Object.keys(schemas[name]?.properties ?? {}).some(key => /gmsa|credentialSpec/i.test(key)),
  );
  expect(holders).toEqual([`${core}.WindowsSecurityContextOptions`]);
});
