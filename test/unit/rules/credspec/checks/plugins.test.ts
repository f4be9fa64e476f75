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
  [`${OBJECT};SecretUri=http://contoso.vault.azure.net/secrets/reader`, false],
  [`${OBJECT};SecretUri=https://contoso.vault.azure.net/`, false],
  [`${OBJECT};SecretUri=see https://contoso.vault.azure.net/secrets/reader`, false],
  [`${OBJECT};${SECRET} and more`, false],
  [`${OBJECT};${SECRET}?version=1`, true],
  [`ObjectId=reader;${SECRET}`, false],
  [`ObjectId;${SECRET}`, false],
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
  [JSON.stringify({ credentialArn: SECRET_ARN.replace("aws", "aws-cn") }), true],
  [JSON.stringify({ credentialArn: SECRET_ARN.replace("aws", "azure") }), false],
  ...[SECRET_ARN, PARAMETER_ARN].flatMap((arn): [string, boolean][] => [
    [JSON.stringify({ credentialArn: ` ${arn}` }), false],
    [JSON.stringify({ credentialArn: `x${arn}` }), false],
    [JSON.stringify({ credentialArn: `${arn} ` }), false],
    [JSON.stringify({ credentialArn: `${arn} of the reader` }), false],
    [JSON.stringify({ credentialArn: [arn] }), false],
    [JSON.stringify({ credentialArn: arn.replace(/\d{12}/, "") }), false],
    [JSON.stringify({ credentialArn: arn.replace(/:[a-z]+-[a-z-]+-\d:/, "::") }), false],
    [JSON.stringify(arn), false],
  ]),
  [SECRET_ARN, false],
  ["null", false],
  ["", false],
  ["{}", false],
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
