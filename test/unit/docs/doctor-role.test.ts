import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");

test("docs/how-to/troubleshooting.md ends with the role of examples/doctor-role.yaml", () => {
  const page = readFileSync(join(ROOT, "docs/how-to/troubleshooting.md"), "utf8");
  const role = readFileSync(join(ROOT, "examples/doctor-role.yaml"), "utf8");
  expect(page.endsWith(`\n\`\`\`yaml\n${role}\`\`\`\n`)).toBe(true);
});
