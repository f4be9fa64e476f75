/** `gmsa create` as users run it, on a terminal. */
import { parse, parseAllDocuments } from "yaml";

import { credspecObject } from "../../testbed/objects/credspec-object";
import { credspecOf } from "../fixtures/credspec-case";
import { CTRL_C, GmsaOnTerminal, hasPseudoTerminal } from "./pseudo-terminal";

const ACCOUNT = "webapp1";
const DOMAIN = "contoso.com";
const SID = "S-1-5-21-1957390241-3086214477-2670915583";
const GUID = "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13";
const AKS_SECRET = "https://contoso-gmsa.vault.azure.net/secrets/gmsa-reader";
const AKS_IDENTITY = "4b1c6d0e-52a7-4f3b-9d18-6c0a7e2f9b35";
const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gmsa-reader-AbCdEf";
const PARAMETER_ARN = "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/gmsa-reader";

/** The input at each of the first prompts; empty accepts the suggestion. */
const ANSWERS = [
  ["Name of the group managed service account, Get-ADServiceAccount -Filter *", ACCOUNT],
  ["DNS name of its domain, (Get-ADDomain).DNSRoot", DOMAIN],
  ["NetBIOS name of the domain, (Get-ADDomain).NetBIOSName", ""],
  ["DNS name of the root of the forest, (Get-ADDomain).Forest", ""],
  ["SID of the domain, (Get-ADDomain).DomainSID.Value", SID],
  ["GUID of the domain, (Get-ADDomain).ObjectGUID.Guid", GUID],
] as const;
const ADDITIONAL = "Additional accounts";
const NODES = "The nodes are";
const NAME = "Name of the GMSACredentialSpec";

/** Options that leave one prompt. */
const ALL_BUT_THE_GUID = [
  ...["--account", ACCOUNT, "--domain", DOMAIN, "--netbios-name", "CONTOSO"],
  ...["--forest", "contoso.com", "--sid", SID, "--name", "webapp1"],
  ...["--eks-secret", ARN, "--additional-account", "logagent"],
];

let terminal: GmsaOnTerminal | undefined;

afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

function create(...args: string[]): GmsaOnTerminal {
  terminal = new GmsaOnTerminal(["create", ...args]);
  return terminal;
}

async function answerAll(asked: GmsaOnTerminal): Promise<void> {
  for (const [question, answer] of ANSWERS) {
    await asked.answer(question, answer);
  }
}

(hasPseudoTerminal() ? describe : describe.skip)("on a terminal", () => {
  test.each<[string, number, (readonly [string, string])[]]>([
    ["joined", 0, []],
    [
      "aks",
      1,
      [
        ["Object ID of the managed identity", AKS_IDENTITY],
        ["Address of the secret in Azure Key Vault", AKS_SECRET],
      ],
    ],
    ["eks", 2, [["ARN of the secret in AWS Secrets Manager", ARN]]],
    ["eks-parameter", 3, [["ARN of the parameter in AWS Systems Manager", PARAMETER_ARN]]],
    [
      "rancher",
      4,
      [
        ["Namespace of Rancher's account provider", "cattle-gmsa-system"],
        ["Name of the Secret in that namespace", "gmsa-reader"],
      ],
    ],
    [
      "portable",
      5,
      [
        ["Class ID of the plug-in", "3D6F1C52-8E4B-4A97-B0C3-5F2E9A7D1B64"],
        ["Its input", "vault.contoso.com/gmsa-reader"],
      ],
    ],
  ])("all questions answered: %s", async (name, kind, answers) => {
    const asked = create();
    await answerAll(asked);
    await asked.answer(ADDITIONAL);
    await asked.choose(NODES, kind);
    for (const [question, answer] of answers) {
      await asked.answer(question, answer);
    }
    await asked.answer(NAME);
    const { code, stdout, screen } = await asked.end();
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(parse(stdout)).toEqual(credspecObject("webapp1", credspecOf(name)));
    expect(screen).not.toContain("apiVersion");
  });

  test("additional accounts, another name, and the grant that an option asks for", async () => {
    const asked = create("--rbac", "--service-account", "shop/web");
    await answerAll(asked);
    await asked.answer(ADDITIONAL, "logagent, sql@dev.contoso.com");
    await asked.choose(NODES, 0);
    await asked.answer(NAME, "shop-webapp1");
    const { code, stdout } = await asked.end();
    const objects = [...parseAllDocuments(stdout)].map(
      document => document.toJS() as { kind: string; metadata: { name: string } },
    );
    expect(code).toBe(0);
    expect(objects.map(({ kind, metadata: { name } }) => `${kind}/${name}`)).toEqual([
      "GMSACredentialSpec/shop-webapp1",
      "ClusterRole/use-gmsa-shop-webapp1",
      "RoleBinding/use-gmsa-shop-webapp1:web",
    ]);
    expect(objects[0]).toHaveProperty("credspec", credspecOf("several-accounts"));
  });

  test("asks for the values of the chosen plug-in that no option gives", async () => {
    const chosen = ["--plugin", "rancher", "--rancher-namespace", "cattle-gmsa-system"];
    const asked = create(...ALL_BUT_THE_GUID.slice(0, -4), "--guid", GUID, ...chosen);
    await asked.answer(ADDITIONAL);
    await asked.answer("Name of the Secret in that namespace", "Gmsa_Reader");
    await asked.see("It should be the name of a Secret");
    asked.correct("Gmsa_Reader", "gmsa-reader");
    const { code, stdout, screen } = await asked.end();
    expect(code).toBe(0);
    expect(screen).not.toMatch(/The nodes are|Namespace of/);
    expect(parse(stdout)).toEqual(credspecObject("webapp1", credspecOf("rancher")));
  });

  test("does not ask for values given as options", async () => {
    const asked = create(...ALL_BUT_THE_GUID);
    await asked.answer("GUID of the domain", GUID);
    const { code, stdout, screen } = await asked.end();
    expect(code).toBe(0);
    expect(parse(stdout)).toHaveProperty("credspec.DomainJoinConfig.Guid", GUID);
    expect(screen).not.toMatch(/SID of|NetBIOS name|Additional accounts|The nodes are|Name of/);
  });

  test("answers that Windows cannot use are reported, and asked for again", async () => {
    const asked = create();
    const mistakes: Record<string, readonly [string, string]> = {
      [ACCOUNT]: ["", "It should be a list of at least one account"],
      [DOMAIN]: ["", "It should be the domain"],
      [SID]: ["S-1-5-21-1", "It should be the SID of the domain"],
      [GUID]: ["webapp1", "It should be the GUID of the domain"],
    };
    for (const [question, answer] of ANSWERS) {
      const [mistake, complaint] = mistakes[answer] ?? [];
      if (mistake === undefined || complaint === undefined) {
        await asked.answer(question, answer);
        continue;
      }
      await asked.answer(question, mistake);
      await asked.see(complaint);
      // Not even if the user confirms the value again.
      asked.type("\r");
      await asked.see(complaint);
      asked.correct(mistake, answer);
    }
    await asked.answer(ADDITIONAL);
    await asked.choose(NODES, 0);
    await asked.answer(NAME, "Web App");
    await asked.see("It should be lower case letters, digits, - and . only.");
    asked.correct("Web App", "web-app");
    const { code, stdout, screen } = await asked.end();
    expect(code).toBe(0);
    expect(screen).not.toContain("Enter again to keep it");
    expect(parse(stdout)).toMatchObject({
      metadata: { name: "web-app" },
      credspec: credspecOf("joined"),
    });
  });

  test("a suspicious answer is reported, accepted when Enter is pressed again, and causes a warning", async () => {
    const asked = create(...ALL_BUT_THE_GUID.map(text => (text === SID ? `${SID}-1104` : text)));
    await asked.answer("GUID of the domain", GUID);
    const first = await asked.end();
    expect(first.code).toBe(0);
    expect(first.screen).toContain(
      "warning: credspec.DomainJoinConfig.Sid should be the SID of the domain",
    );
    await asked.close();

    const again = create();
    for (const [question, answer] of ANSWERS.slice(0, 4)) {
      await again.answer(question, answer);
    }
    await again.answer("SID of the domain", `${SID}-1104`);
    await again.see("(Enter again to keep it.)");
    again.type("\r");
    await again.answer("GUID of the domain", GUID);
    await again.answer(ADDITIONAL);
    await again.choose(NODES, 1);
    await again.answer("Object ID of the managed identity", "webapp1");
    await again.see("It should be a GUID, without braces. (Enter again to keep it.)");
    again.correct("webapp1", AKS_IDENTITY);
    await again.answer("Address of the secret in Azure Key Vault", AKS_SECRET);
    await again.answer(NAME);
    const { code, stdout } = await again.end();
    expect(code).toBe(0);
    expect(parse(stdout)).toHaveProperty("credspec.DomainJoinConfig.Sid", `${SID}-1104`);
    expect(parse(stdout)).toHaveProperty(
      "credspec.ActiveDirectoryConfig.HostAccountConfig.PluginInput",
      `ObjectId=${AKS_IDENTITY};SecretUri=${AKS_SECRET}`,
    );
  });

  test.each([
    ["the first question", 0],
    ["a later one", 3],
    ["the list", ANSWERS.length],
  ])("Ctrl-C at %s: nothing is created", async (_where, after) => {
    const asked = create();
    for (const [question, answer] of ANSWERS.slice(0, after)) {
      await asked.answer(question, answer);
    }
    if (after === ANSWERS.length) {
      await asked.answer(ADDITIONAL);
      await asked.see(NODES);
    } else {
      await asked.see(ANSWERS[after]?.[0] ?? "");
    }
    asked.type(CTRL_C);
    const { code, stdout, screen } = await asked.end();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(screen).toContain("interrupted; nothing was created");
  });
});
