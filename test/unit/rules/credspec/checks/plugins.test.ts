import { AKS_PLUGIN } from "../../../../../rules/credspec/checks/plugins";

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
