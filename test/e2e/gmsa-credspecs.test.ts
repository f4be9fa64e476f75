/**
 * The output of `gmsa convert` and `gmsa create`, piped into `kubectl apply`: the API server
 * reports the same problems.
 */
import { CustomObjectsApi } from "@kubernetes/client-node";

import { CREDSPEC_RESOURCE } from "../../rules/credspec/resource";
import { checkCredspec } from "../../rules/credspec/checks/check-credspec";
import { CREDSPEC, keysOf } from "../../rules/credspec/checks/fields";
import { valueAt } from "../../rules/object";
import { KNOWN_KEYS } from "../../rules/credspec/checks/schema";
import { credspecSentence, type CredspecProblem, type ProblemPlace } from "../../rules/problem";
import { storedCredspec } from "../../cli/manifests/stored-credspec";
import type { KubectlResult } from "../../testbed/control-plane/kubectl";
import { credspecCases, credspecOf } from "../fixtures/credspec-case";
import type { CredspecCase } from "../fixtures/credspec-case";
import { gmsa } from "../support/gmsa-program";
import type { GmsaResult } from "../support/gmsa-program";
import { attachBed } from "../setup/attach-bed";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { untilAdmitted } from "../support/until-admitted";
import { cause, NAME } from "../support/refusals";

const RESOURCE = "gmsacredentialspecs.windows.k8s.io";
const NAMESPACE = "gmsa-credspecs";
const REFUSED = "Windows cannot use this credential spec:\n";

const SID = "S-1-5-21-1957390241-3086214477-2670915583";
const GUID = "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13";
const CREATE = [
  ...["create", "--account", "webapp1", "--domain", "contoso.com", "--netbios-name", "CONTOSO"],
  ...["--sid", SID, "--guid", GUID],
];

const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const custom = bed.kubeConfig.makeApiClient(CustomObjectsApi);
const made: string[] = [];

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
});

afterAll(async () => {
  await bed.kubectl(["delete", RESOURCE, "--ignore-not-found", "--wait=false", ...made]);
  await bed.kubectl([
    "delete",
    "clusterrole",
    "--ignore-not-found",
    "--wait=false",
    ...made.map(useRole),
  ]);
  await bed.kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]);
});

function useRole(credspec: string): string {
  return `use-gmsa-${credspec}`;
}

function apply(yaml: string, ...options: string[]): Promise<KubectlResult> {
  return bed.kubectl(["apply", "-f", "-", ...options], { stdin: yaml, allowFailure: true });
}

async function stored(name: string): Promise<unknown> {
  const object = (await custom.getClusterCustomObject({ ...CREDSPEC_RESOURCE, name })) as {
    credspec?: unknown;
  };
  return object.credspec;
}

/** The findings in the tool's output. */
function findingsIn({ stderr }: GmsaResult, level: "error" | "warning"): string[] {
  return stderr.split("\n").flatMap(line => line.split(`: ${level}: `).slice(1, 2));
}

function warningsIn({ stderr }: KubectlResult): string[] {
  return stderr.split("\n").flatMap(line => line.split("Warning: ").slice(1, 2));
}

function withoutNulls(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => (member === null ? undefined : member)),
  );
}

function literal(field: string): string {
  return field.replace(/[.[\]]/g, "\\$&");
}

function fieldsOf(problems: readonly CredspecProblem[]): string[] {
  return problems.flatMap(({ places }) => places.map(({ text }) => text));
}

/** The fields that hold another type than they must. */
function wrongTypesIn(credspec: unknown): string[] {
  return fieldsOf(
    checkCredspec(credspec).filter(({ level, reason }) => level === "error" && reason === "types"),
  );
}

function hasUnknownKeys({ credspec }: { credspec: unknown }): boolean {
  return checkCredspec(credspec).some(({ reason }) => reason === "unknown keys");
}

/** What is reported of fields that are null, which the API server drops. */
function sentencesOfNulls(credspec: unknown): string[] {
  const isNull = ({ path }: ProblemPlace): boolean => valueAt({ credspec }, path) === null;
  return checkCredspec(credspec)
    .filter(({ level, places }) => level === "warning" && places.some(isNull))
    .map(credspecSentence);
}

function hasErrors({ findings }: Pick<CredspecCase, "findings">): boolean {
  return findings.some(({ level }) => level === "error");
}

/** Each case belongs to the first group whose condition holds. */
const GROUPS = {
  noCredspec: ({ credspec }) => !hasKeyOfCredspecs(credspec),
  wrongTypes: ({ credspec }) => wrongTypesIn(credspec).length > 0,
  unknownKeys: hasUnknownKeys,
  broken: hasErrors,
  sound: () => true,
} satisfies Record<string, (one: CredspecCase) => boolean>;

/** Whether JSON has a key by which a credential spec is recognised. */
function hasKeyOfCredspecs(value: unknown): boolean {
  return (
    KNOWN_KEYS[keysOf(CREDSPEC)]?.some(key => Object.hasOwn(Object(value) as object, key)) ?? false
  );
}

function casesOf(group: keyof typeof GROUPS): CredspecCase[] {
  return credspecCases().filter(
    one => Object.entries(GROUPS).find(([, holds]) => holds(one))?.[0] === group,
  );
}

describe("gmsa convert | kubectl apply", () => {
  function convert(name: string, credspec: unknown, ...options: string[]): Promise<GmsaResult> {
    made.push(name);
    return gmsa(["convert", "-", "--name", name, ...options], { stdin: JSON.stringify(credspec) });
  }

  test("no group of cases is empty", () => {
    const sizes = Object.keys(GROUPS).map(group => casesOf(group as keyof typeof GROUPS).length);
    expect(Math.min(...sizes)).toBeGreaterThan(3);
  });

  test.each(casesOf("sound"))("$name is accepted, with the same warnings, as it is", async one => {
    const name = `convert-${one.name}`;
    const converted = await convert(name, one.credspec);
    const applied = await apply(converted.stdout);
    expect({ codes: [converted.code, applied.code], applied }).toMatchObject({ codes: [0, 0] });
    expect(warningsIn(applied)).toEqual(
      findingsIn(converted, "warning").filter(
        text => !sentencesOfNulls(one.credspec).includes(text),
      ),
    );
    expect(await stored(name)).toEqual(withoutNulls(one.credspec));
  });

  test.each(casesOf("broken"))("$name is refused, for the same errors", async one => {
    const converted = await convert(`convert-${one.name}`, one.credspec);
    const { code, stderr } = await apply(converted.stdout);
    expect([converted.code, code]).toEqual([1, 1]);
    const [, list = ""] = stderr.split(REFUSED);
    expect(list.trimEnd().split("\n")).toEqual(
      findingsIn(converted, "error").map(sentence => `- ${sentence}`),
    );
  });

  test.each(casesOf("unknownKeys"))(
    "$name: kubectl refuses the fields with warnings, and drops them without validation",
    async one => {
      const name = `convert-${one.name}`;
      const converted = await convert(name, one.credspec);
      expect(converted.code).toBe(0);
      expect(findingsIn(converted, "warning")).toEqual(
        one.findings.map(({ sentence }) => sentence),
      );

      const { code, stderr } = await apply(converted.stdout);
      expect(code).toBe(1);
      const problems = checkCredspec(one.credspec);
      const unknown = problems.filter(({ reason }) => reason === "unknown keys");
      const named = [...stderr.matchAll(/unknown field "([^"]*)"/g)].map(([, field]) => field);
      expect(named.sort()).toEqual(fieldsOf(unknown).sort());

      const unchecked = await apply(converted.stdout, "--validate=false");
      expect(unchecked.code).toBe(0);
      expect(warningsIn(unchecked)).toEqual(
        problems.filter(each => !unknown.includes(each)).map(credspecSentence),
      );
      expect(storedCredspec(one.credspec)).toEqual({
        outcome: "stored",
        value: await stored(name),
      });
    },
  );

  test.each(casesOf("wrongTypes"))("$name: the API server refuses the same fields", async one => {
    const converted = await convert(`convert-${one.name}`, one.credspec);
    const checked = await apply(converted.stdout);
    const unchecked = await apply(converted.stdout, "--validate=false");
    expect([converted.code, checked.code, unchecked.code]).toEqual([1, 1, 1]);
    for (const field of wrongTypesIn(one.credspec)) {
      // An object where another type is expected has unknown keys, and those are checked first.
      expect(checked.stderr).toMatch(new RegExp(`${literal(field)}(: Invalid value|\\.\\w+")`));
      expect(unchecked.stderr).toContain(`${field}: Invalid value`);
    }
  });

  test.each(casesOf("noCredspec"))("$name: nothing is printed that could be applied", async one => {
    const { code, stdout, stderr } = await convert(`convert-${one.name}`, one.credspec);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^stdin:1: error: (a credential spec must be a JSON object|not a credential spec|this is already a GMSACredentialSpec)/,
    );
  });

  test("--rbac: a Pod of that service account is admitted, and no other", async () => {
    const name = "convert-rbac";
    await objects.createServiceAccount(NAMESPACE, "web");
    const options = ["--rbac", "--service-account", `${NAMESPACE}/web`];
    const { stdout } = await convert(name, credspecOf("joined"), ...options);
    expect(await apply(stdout)).toMatchObject({ code: 0, stderr: "" });
    await expectGranted(name, "web");
  });
});

describe("gmsa create | kubectl apply", () => {
  test.each([
    ["joined", []],
    [
      "aks",
      [
        ...["--aks-identity", "4b1c6d0e-52a7-4f3b-9d18-6c0a7e2f9b35"],
        ...["--aks-secret", "https://contoso-gmsa.vault.azure.net/secrets/gmsa-reader"],
      ],
    ],
    [
      "eks",
      [
        "--eks-secret",
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gmsa-reader-AbCdEf",
      ],
    ],
    [
      "portable",
      [
        ...["--plugin-guid", "{3D6F1C52-8E4B-4A97-B0C3-5F2E9A7D1B64}"],
        ...["--plugin-input", "vault.contoso.com/gmsa-reader"],
      ],
    ],
    ["several-accounts", ["--additional-account", "logagent", "sql@dev.contoso.com"]],
  ])("%s is accepted without a warning, and a Pod may use it", async (kind, options) => {
    const name = `create-${kind}`;
    made.push(name);
    await objects.createServiceAccount(NAMESPACE, kind);
    const rbac = ["--rbac", "--service-account", `${NAMESPACE}/${kind}`];
    const { code, stdout } = await gmsa([...CREATE, ...options, "--name", name, ...rbac]);
    const applied = await apply(stdout);
    expect({ code, applied }).toMatchObject({ code: 0, applied: { code: 0, stderr: "" } });
    expect(await stored(name)).toEqual(credspecOf(kind));
    await expectGranted(name, kind);
  });

  test("JSON is accepted as well", async () => {
    const name = "create-json";
    made.push(name);
    const { stdout } = await gmsa([...CREATE, "--name", name, "-o", "json"]);
    expect(await apply(stdout)).toMatchObject({ code: 0, stderr: "" });
    expect(await stored(name)).toEqual(credspecOf("joined"));
  });
});

async function expectGranted(credspec: string, serviceAccount: string): Promise<void> {
  const pod = podOf(NAMESPACE, credspec, { serviceAccount, credspec });
  await untilAdmitted(objects, pod);
  const other = podOf(NAMESPACE, credspec, { serviceAccount: "default", credspec });
  expect(await objects.createPod(other, { dryRun: true })).toMatchObject({
    admitted: false,
    causes: [cause("NotAuthorized", `spec.${NAME}`, "default", credspec)],
  });
}
