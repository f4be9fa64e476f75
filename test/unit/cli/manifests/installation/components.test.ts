/** Parts of components: their objects, in any namespace, and the effect of a missing one. */
import { objects as objectsCheck } from "../../../../../cli/diagnosis/checks/installation-objects";
import { policy as policyCheck } from "../../../../../cli/diagnosis/checks/policy";
import {
  baseObjects,
  shippedObjects,
  wantedObjects,
} from "../../../../../cli/manifests/installation/expected-objects";
import { compareInstallation } from "../../../../../cli/manifests/installation/comparison";
import { idOf, type PlainObject } from "../../../../../cli/manifests/installation/plain-object";
import { describeRight, rightsOf } from "../../../../../cli/manifests/installation/rights";
import { healthyState, withModule } from "../../diagnosis/healthy-state";

type Found = Record<string, PlainObject>;

/** An installation of the base and the components that contain these objects. */
function withObjects(belongs: (id: string) => boolean): Found {
  const all = [...baseObjects(), ...shippedObjects().filter(object => belongs(idOf(object)))];
  return Object.fromEntries(withModule(all).map(object => [idOf(object), object]));
}

function withCanary(): Found {
  return withObjects(id => id.includes("gmsa-canary"));
}

function without(found: Found, ...ids: string[]): Found {
  for (const id of ids) expect(found).toHaveProperty([id]);
  return Object.fromEntries(Object.entries(found).filter(([id]) => !ids.includes(id)));
}

function environmentOf(found: Found, deployment: string): { name: string; value: string }[] {
  const { spec } = found[deployment] as unknown as {
    spec: { template: { spec: { containers: [{ env: { name: string; value: string }[] }] } } };
  };
  return spec.template.spec.containers[0].env;
}

function setVariable(found: Found, deployment: string, name: string, value: string): void {
  const variable = environmentOf(found, deployment).find(each => each.name === name);
  expect(variable).toBeDefined();
  Object.assign(variable ?? {}, { value });
}

/** The findings of the checks of objects. */
function observed(found: Found): { level: string; message: string }[] {
  const state = { ...healthyState(), installed: { objects: found, unknown: {} } };
  return [objectsCheck, policyCheck]
    .flatMap(check => check.judge(state))
    .filter(({ level }) => level !== "pass")
    .map(({ level, message }) => ({ level, message }));
}

describe("the component canary", () => {
  test("is known as a whole: objects of one name in three namespaces are three", () => {
    const found = withCanary();
    const roles = Object.keys(found).filter(id => /^Role\/(.*\/)?pepr-gmsa-canary$/.test(id));
    expect(roles).toEqual([
      "Role/gmsa-canary-excluded/pepr-gmsa-canary",
      "Role/gmsa-canary/pepr-gmsa-canary",
      "Role/pepr-gmsa-canary",
    ]);
    expect(compareInstallation(found, () => true)).toEqual([]);
    expect(observed(found)).toEqual([]);
  });

  test("its rights are those of the Role in the namespace of each binding", () => {
    const rights = rightsOf(wantedObjects(withCanary()))
      .filter(({ account }) => account.name === "pepr-gmsa-canary")
      .map(describeRight);
    expect(rights.sort()).toEqual([
      "create events in namespace pepr-system",
      "create pods in namespace gmsa-canary",
      "create pods in namespace gmsa-canary-excluded",
    ]);
  });

  test.each([
    ["Deployment/pepr-gmsa-canary", "warn", /the canary may not notice when GMSA is no longer/],
    ["Service/pepr-gmsa-canary", "warn", /the canary may not notice/],
    ["Role/gmsa-canary/pepr-gmsa-canary", "warn", /the canary may not notice/],
    [
      "ValidatingAdmissionPolicyBinding/gmsa-canary-dry-runs-only",
      "fail",
      /of component canary is missing: the holder of the canary's token may create Pods there/,
    ],
  ])("without its %s: one %s, and none about GMSA Pods", (id, level, message) => {
    expect(observed(without(withCanary(), id))).toEqual([
      { level, message: expect.stringMatching(message) as string },
    ]);
  });

  test("its NetworkPolicy is not missed where the values of the chart leave these out", () => {
    const found = without(withCanary(), "NetworkPolicy/gmsa-canary");
    expect(observed(found)).toHaveLength(1);
    const controller = found["Deployment/pepr-gmsa"];
    const annotations = { "gmsa.pepr.dev/omitted-kinds": "NetworkPolicy" };
    Object.assign(controller?.metadata ?? {}, { annotations });
    expect(observed(found)).toEqual([]);
  });

  test("a credential spec of the user's is no difference", () => {
    const found = withCanary();
    setVariable(found, "Deployment/pepr-gmsa-canary", "CANARY_CREDSPEC", "webapp1");
    expect(observed(found)).toEqual([]);
  });
});

describe("the component manual-trust", () => {
  const KEEPER = "Deployment/pepr-gmsa-certificates";

  test("left out again: the Secret that stays is no sign of it", () => {
    expect(observed(withObjects(id => id === "Secret/pepr-gmsa-authority"))).toEqual([]);
  });

  test("half of it is reported, and only the rights of its own Role are asked for", () => {
    const found = withObjects(() => false);
    setVariable(found, KEEPER, "CERTIFICATE_TRUST", "manual");
    const messages = observed(found).map(({ message }) => message);
    expect(messages).toContainEqual(
      "Secret/pepr-gmsa-authority of component manual-trust is missing: the certificate is not renewed without it",
    );
    const rights = rightsOf(wantedObjects(found)).map(describeRight);
    expect(rights).toContain("get secrets pepr-gmsa-authority in namespace pepr-system");
    expect(rights).not.toContain("update secrets pepr-gmsa-api-path in namespace pepr-system");
    expect(rights.filter(right => right.includes("webhookconfigurations"))).toEqual([]);
  });
});

describe("client certificates", () => {
  test("names of the user's are no difference", () => {
    const found = withObjects(() => false);
    setVariable(found, "Deployment/pepr-gmsa", "CLIENT_CERTIFICATE_NAMES", "apiserver");
    expect(observed(found)).toEqual([]);
  });
});
