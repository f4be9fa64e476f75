import { parseYaml } from "../../../../cli/manifests/kubectl-yaml";
import { yamlOf } from "../../../../cli/terminal/yaml";
import { SCALARS } from "../../../fixtures/read-by-kubectl";

test.each(SCALARS)("the text %s is a text to kubectl", text => {
  expect(parseYaml(yamlOf({ name: text, list: [text] }))).toEqual({ name: text, list: [text] });
});
