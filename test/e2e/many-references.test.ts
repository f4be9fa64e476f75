/** Pods with many containers, several credential specs, and several service accounts. */
import type { StatusCause } from "../../rules/admission/causes";
import { gmsaPlacesOf } from "../../rules/pod/windows-options";
import { validContents, validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects, REFUSED_BY_WEBHOOK } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { sendRaw } from "./raw-request";
import { untilAdmitted } from "../support/until-admitted";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-many";
const CREDSPECS = Array.from({ length: 20 }, (_, index) => `many-${index}`);
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  await Promise.all(CREDSPECS.map(name => objects.createCredspec(name, validCredspec(name))));
  for (const account of ["even", "all"]) {
    const names = CREDSPECS.filter((_, index) => account === "all" || index % 2 === 0);
    await objects.createGrantedAccount(NAMESPACE, account, {
      role: `gmsa-many-${account}`,
      credspecs: names,
    });
  }
});

afterAll(async () => {
  await Promise.all([
    ...CREDSPECS.map(name => objects.deleteCredspec(name)),
    ...["even", "all"].map(account =>
      objects.rbac.deleteClusterRole({ name: `gmsa-many-${account}` }),
    ),
    objects.core.deleteNamespace({ name: NAMESPACE }),
  ]);
});

/** 100 containers that name the credential specs in turn. */
const containerCredspecs = Array.from(
  { length: 100 },
  (_, index) => CREDSPECS[index % CREDSPECS.length] ?? "",
);

/** The field of the nth of these containers. The first container of the Pod names nothing. */
function fieldOf(index: number): string {
  return `spec.containers[${index + 1}].${NAME}`;
}

describe("a Pod with a hundred references", () => {
  test("gets the right contents in each place", async () => {
    const pod = podOf(NAMESPACE, "many", { serviceAccount: "all", containerCredspecs });
    const outcome = await eventually(
      () => objects.createPod(pod),
      ({ admitted }) => admitted,
    );

    const places = outcome.admitted ? gmsaPlacesOf(outcome.pod) : [];
    expect(places).toHaveLength(100);
    expect(places.map(({ contents }) => contents)).toEqual(
      containerCredspecs.map(name => validContents(name)),
    );
  });

  test("may name 32 credential specs, and not one more", async () => {
    const names = Array.from({ length: 33 }, (_, index) => CREDSPECS[index] ?? `none-${index}`);
    const crowded = (count: number): ReturnType<Objects["createPod"]> =>
      objects.createPod(
        podOf(NAMESPACE, "crowded", {
          serviceAccount: "all",
          containerCredspecs: names.slice(0, count),
        }),
      );

    expect(await crowded(33)).toMatchObject({
      admitted: false,
      causes: names.map((_, index) => ({
        reason: "TooManyCredspecs",
        field: fieldOf(index),
      })),
    });
    // These are checked, and some are not granted.
    expect(await crowded(32)).toMatchObject({
      admitted: false,
      causes: expect.arrayContaining([
        cause("NotAuthorized", fieldOf(31), "none-31"),
      ]) as StatusCause[],
    });
  });

  test("is refused with one sentence for each credential spec that is not granted", async () => {
    const pod = podOf(NAMESPACE, "refused", { serviceAccount: "even", containerCredspecs });
    const granted = podOf(NAMESPACE, "granted", { serviceAccount: "even", credspec: "many-0" });
    await untilAdmitted(objects, granted);

    const outcome = await objects.createPod(pod);

    const { message, causes } = outcome.admitted ? { message: "", causes: [] } : outcome;
    const refused = CREDSPECS.map((name, index) => ({ name, index })).filter(
      ({ index }) => index % 2 === 1,
    );
    expect(causes.filter(({ message: said }) => said !== "")).toEqual(
      refused.map(({ name, index }) => cause("NotAuthorized", fieldOf(index), "even", name)),
    );
    expect(message).toContain('container "c99"');
    expect(message).not.toContain('container "c98"');
  });
});

describe("a Pod with 9,000 places that are wrong", () => {
  const LIMIT = 8192;

  test.each([
    [
      "a credential spec of its own in each",
      (index: number) => ({ gmsaCredentialSpecName: `w${index}` }),
    ],
    ["contents without a name in each", () => ({ gmsaCredentialSpec: "{}" })],
    [
      "names that are not granted, and contents of their own",
      (index: number) => ({
        gmsaCredentialSpecName: `many-${index % 20}`,
        gmsaCredentialSpec: `{"own":${index}}`,
      }),
    ],
  ])("%s: is refused in at most 8 KB, and the causes are no more", async (_, windowsOptions) => {
    const { spec, ...pod } = podOf(NAMESPACE, "wrong", { serviceAccount: "even" });
    const containers = Array.from({ length: 9000 }, (__, index) => ({
      ...{ name: `c${index}`, image: "example.test/app" },
      securityContext: { windowsOptions: windowsOptions(index) },
    }));
    const { status, body } = await sendRaw(bed.kubeConfig, {
      method: "POST",
      path: `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`,
      body: JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        ...pod,
        spec: { ...spec, containers },
      }),
    });
    expect(status).toBe(403);
    const message = body.message ?? "";
    expect(message).toContain("denied the request: ");
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(LIMIT + REFUSED_BY_WEBHOOK.length);
    const { details } = body as { details?: { causes?: object[] } };
    expect(details?.causes).not.toHaveLength(0);
    expect(Buffer.byteLength(JSON.stringify(details?.causes))).toBeLessThanOrEqual(LIMIT);
  });
});
