/** The component custom-kinds, with kinds that the installation adds itself. */
import { baseObjects } from "../../../../../cli/manifests/installation/expected-objects";
import { compareInstallation } from "../../../../../cli/manifests/installation/comparison";
import { idOf, type PlainObject } from "../../../../../cli/manifests/installation/plain-object";
import { withKindsOf } from "../../../../../cli/manifests/installation/warned-kinds";
import shipped from "../../../../../cli/manifests/installation/shipped.json";

const KINDS = "rollouts.argoproj.io=Rollout,jobsets.jobset.x-k8s.io=JobSet";
const NAME = "custom-kinds.pepr-gmsa.pepr.dev";
const CONFIGURATION = "ValidatingWebhookConfiguration/pepr-gmsa";

type Found = Record<string, PlainObject>;
interface Webhook {
  name: string;
  clientConfig: { caBundle?: string; service: { name: string; path?: string } };
  rules: { resources: string[] }[];
  timeoutSeconds: number;
}

/** As in a cluster: CA and path are filled in. */
function installed(kinds = KINDS): Found {
  const component = shipped.components.find(({ name }) => name === "custom-kinds");
  const own = withKindsOf(kinds, (component?.objects ?? []) as unknown as PlainObject[]);
  expect(own.map(idOf).sort()).toEqual(["Deployment/pepr-gmsa", CONFIGURATION]);
  const found = Object.fromEntries(
    structuredClone([...baseObjects(), ...own]).map(object => [idOf(object), object]),
  );
  for (const { clientConfig } of webhooksOf(found)) {
    clientConfig.caBundle = "Q0E=";
    clientConfig.service.path = "/validate/secret";
  }
  return found;
}

function webhooksOf(found: Found): Webhook[] {
  return found[CONFIGURATION]?.webhooks as Webhook[];
}

function own(found: Found): Webhook {
  const webhook = webhooksOf(found).find(({ name }) => name === NAME);
  if (webhook === undefined) throw new Error("the component has no webhook");
  return webhook;
}

function differences(found: Found): string[] {
  // Without the module's hash, which is unknown here.
  return compareInstallation(found, () => true)
    .filter(({ object }) => !object.includes("MODULE_HASH"))
    .map(({ object, component = "base", difference }) =>
      [object, component, difference?.path ?? "missing"].join(" "),
    );
}

test.each([KINDS, "scaledjobs.keda.sh=ScaledJob"])("an installation may name %s", kinds => {
  expect(differences(installed(kinds))).toEqual([]);
});

test("a rule that is missing is reported, and one that is too many", () => {
  const found = installed();
  own(found).rules.pop();
  expect(differences(found)).toEqual([`${CONFIGURATION} base webhooks[${NAME}].rules`]);
  const more = installed();
  own(more).rules.push({ ...own(more).rules[0], resources: ["secrets"] });
  expect(differences(more)).toEqual([`${CONFIGURATION} base webhooks[${NAME}].rules`]);
});

test("another target, or another deadline, is reported", () => {
  const found = installed();
  own(found).clientConfig.service.name = "other";
  own(found).timeoutSeconds = 30;
  expect(differences(found).sort()).toEqual([
    `${CONFIGURATION} base webhooks[${NAME}].clientConfig.service.name`,
    `${CONFIGURATION} base webhooks[${NAME}].timeoutSeconds`,
  ]);
});

test("the webhook without its kinds is reported, and the kinds without the webhook", () => {
  const found = installed();
  const webhooks = webhooksOf(found);
  webhooks.splice(webhooks.indexOf(own(found)), 1);
  expect(differences(found)).toEqual([`${CONFIGURATION} custom-kinds webhooks[${NAME}]`]);

  const plain = Object.fromEntries(baseObjects().map(object => [idOf(object), object]));
  const deployment = plain["Deployment/pepr-gmsa"] as PlainObject;
  expect(differences({ ...installed(), "Deployment/pepr-gmsa": deployment })).toEqual([
    `${CONFIGURATION} base webhooks[${NAME}]`,
  ]);
});

test("a list that no replica accepts is compared as shipped", () => {
  const objects = [{ kind: "x", name: "WORKLOAD_KINDS", value: "shipped" }];
  expect(withKindsOf("nonsense", objects)).toEqual(objects);
  expect(withKindsOf("", objects)).toEqual(objects);
});
