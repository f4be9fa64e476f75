import {
  AKS_PLUGIN,
  EKS_PLUGIN,
  pluginOf,
  RANCHER_PLUGIN,
} from "../../../../../rules/credspec/checks/plugins";

const OBJECT = "ObjectId=6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13";
const SECRET = "SecretUri=https://contoso.vault.azure.net/secrets/reader";

test.each([
  [`${OBJECT};${SECRET}`, true],
  [`${SECRET} ; ${OBJECT.toLowerCase()}`, true],
  [OBJECT, false],
  [SECRET, false],
  [`${OBJECT};SecretUri`, false],
  ["", false],
])("the input %j of the plug-in for AKS: %j", (input, accepted) => {
  expect(AKS_PLUGIN.accepts(input)).toBe(accepted);
});

const SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:reader-AbCdEf";
const PARAMETER_ARN = "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/gmsa/reader";

test.each([
  [JSON.stringify({ credentialArn: SECRET_ARN }), true],
  [JSON.stringify({ credentialArn: PARAMETER_ARN }), true],
  [`{ "credentialArn": "${SECRET_ARN}" }`, true],
  // In the form of the Linux plug-in.
  [JSON.stringify({ CredentialArn: SECRET_ARN }), false],
  [JSON.stringify({ credentialArn: PARAMETER_ARN.replace("parameter/", "document/") }), false],
  [SECRET_ARN, false],
  ["null", false],
])("the input %j of the plug-in for AWS: %j", (input, accepted) => {
  expect(EKS_PLUGIN.accepts(input)).toBe(accepted);
});

test.each([
  ["cattle-gmsa-system:gmsa-reader", true],
  ["cattle-gmsa-system:gmsa.reader", true],
  ["cattle.gmsa:gmsa-reader", false],
  ["cattle-gmsa-system: gmsa-reader", false],
  ["Cattle:gmsa-reader", false],
  ["cattle-gmsa-system:gmsa-reader:password", false],
  [":gmsa-reader", false],
  ["cattle-gmsa-system:", false],
  ["", false],
])("the input %j of the plug-in of Rancher: %j", (input, accepted) => {
  expect(RANCHER_PLUGIN.accepts(input)).toBe(accepted);
});

test.each([AKS_PLUGIN, EKS_PLUGIN, RANCHER_PLUGIN])(
  "$title is known in upper and lower case, and not by a GUID near its own",
  plugin => {
    expect(pluginOf(plugin.guid.toLowerCase())).toBe(plugin);
    expect(pluginOf(plugin.guid.toUpperCase())).toBe(plugin);
    expect(pluginOf(`${plugin.guid.slice(0, -2)}0}`)).toBeUndefined();
  },
);
