/** An account that may not use a credential spec cannot read it, whatever it sends. */
import { validCredspec } from "../../testbed/objects/valid-credspec";
import { attachBed } from "../setup/attach-bed";
import { eventually } from "../../testbed/objects/eventually";
import { Objects } from "../../testbed/objects/cluster-objects";
import { podOf } from "../../testbed/objects/pods";
import { storeUnchecked } from "../support/unchecked-credspecs";
import { cause, NAME } from "../support/refusals";

const NAMESPACE = "gmsa-disclosure";
const CREDSPEC = "large";
const SECRET = "only-for-those-who-may-use-it";
const bed = attachBed();
const objects = new Objects(bed.kubeConfig);
const naming = podOf(NAMESPACE, "p", { serviceAccount: "granted", credspec: CREDSPEC });

beforeAll(async () => {
  await bed.createNamespace(NAMESPACE);
  // Longer than core validation allows contents to be; writing such a credential spec is refused
  // today.
  const padding = SECRET.padEnd(70_000, "x");
  await storeUnchecked(objects, {
    [CREDSPEC]: { ...validCredspec(), CmsPlugins: ["ActiveDirectory", padding] },
  });
  await objects.createServiceAccount(NAMESPACE, "ungranted");
  await objects.createGrantedAccount(NAMESPACE, "granted", {
    role: "gmsa-disclosure",
    credspecs: [CREDSPEC],
  });
  await eventually(
    () => objects.createPod(naming, { dryRun: true }),
    outcome => !outcome.admitted && outcome.code === 422,
  );
});

afterAll(async () => {
  await Promise.all([
    objects.deleteCredspec(CREDSPEC),
    objects.rbac.deleteClusterRole({ name: "gmsa-disclosure" }),
    objects.core.deleteNamespace({ name: NAMESPACE }),
  ]);
});

test("the API server's own validation repeats contents that are too long for it", async () => {
  const outcome = await objects.createPod(naming, { dryRun: true });
  expect(outcome).toMatchObject({
    admitted: false,
    message: expect.stringContaining(SECRET) as string,
  });
});

test("it has no contents to repeat for an account that may not use them", async () => {
  const outcome = await objects.createPod(
    podOf(NAMESPACE, "p", { serviceAccount: "ungranted", credspec: CREDSPEC }),
    { dryRun: true },
  );
  expect(outcome).toMatchObject({
    admitted: false,
    causes: [cause("NotAuthorized", `spec.${NAME}`, "ungranted", CREDSPEC)],
  });
  expect(outcome).toMatchObject({ message: expect.not.stringContaining(SECRET) as string });
});

test("a refusal is the same whether the credential spec exists or not", async () => {
  const [existing, never] = await Promise.all(
    [CREDSPEC, "never"].map(async credspec => {
      const pod = podOf(NAMESPACE, "p", { serviceAccount: "ungranted", credspec });
      const outcome = await objects.createPod(pod, { dryRun: true });
      return JSON.parse(JSON.stringify(outcome).replaceAll(credspec, "NAME")) as typeof outcome;
    }),
  );
  expect(existing).toMatchObject({ causes: [cause("NotAuthorized", `spec.${NAME}`, "NAME")] });
  expect(never).toEqual(existing);
});
