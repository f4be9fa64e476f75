import { whyMisplaced } from "../../../kube/own-place";

test.each([
  ["as shipped", { POD_NAMESPACE: "pepr-system", POD_SERVICE_ACCOUNT: "pepr-gmsa" }],
  ["in Pepr's own YAML, which says nothing", {}],
])("%s, a program starts", (_, env) => {
  expect(whyMisplaced(env, "pepr-gmsa")).toBeUndefined();
});

test.each([
  [
    { POD_NAMESPACE: "gmsa", POD_SERVICE_ACCOUNT: "pepr-gmsa" },
    'this runs in namespace gmsa, but works only in pepr-system: remove `namespace:` from your kustomization (docs/how-to/install.md, "Why pepr-system").',
  ],
  [
    { POD_NAMESPACE: "pepr-system", POD_SERVICE_ACCOUNT: "team-pepr-gmsa" },
    'this runs as service account team-pepr-gmsa, but works only as pepr-gmsa: remove `namePrefix:` and `nameSuffix:` from your kustomization (docs/how-to/install.md, "Why pepr-system").',
  ],
])("with %j it does not", (env, why) => {
  expect(whyMisplaced(env, "pepr-gmsa")).toBe(why);
});
