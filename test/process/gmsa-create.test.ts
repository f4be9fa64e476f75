/** `gmsa create` as users run it, with options. */
import { parse, parseAllDocuments } from "yaml";

import { credspecObject } from "../../testbed/objects/credspec-object";
import { credspecOf } from "../fixtures/credspec-case";
import { gmsa } from "../support/gmsa-program";

const SID = "S-1-5-21-1957390241-3086214477-2670915583";
const GUID = "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13";
const DOMAIN = [
  ...["--domain", "contoso.com", "--netbios-name", "CONTOSO"],
  ...["--sid", SID, "--guid", GUID],
];
const ALL = ["--account", "webapp1", ...DOMAIN];
const AKS_SECRET = "https://contoso-gmsa.vault.azure.net/secrets/gmsa-reader";
const AKS_IDENTITY = "4b1c6d0e-52a7-4f3b-9d18-6c0a7e2f9b35";
const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:gmsa-reader-AbCdEf";
const PARAMETER_ARN = "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/gmsa-reader";
const RANCHER = ["--rancher-namespace", "cattle-gmsa-system", "--rancher-secret", "gmsa-reader"];

function create(...args: string[]): ReturnType<typeof gmsa> {
  return gmsa(["create", ...args]);
}

function credspecIn(yaml: string): unknown {
  return (parse(yaml) as { credspec: unknown }).credspec;
}

describe("with options", () => {
  test.each([
    ["joined", []],
    ["aks", ["--aks-identity", AKS_IDENTITY, "--aks-secret", AKS_SECRET]],
    ["aks", ["--plugin", "aks", "--aks-identity", AKS_IDENTITY, "--aks-secret", AKS_SECRET]],
    ["eks", ["--eks-secret", ARN]],
    ["eks", ["--plugin", "aws-secrets-manager", "--aws-secret", ARN]],
    ["eks-parameter", ["--plugin", "aws-ssm", "--aws-parameter", PARAMETER_ARN]],
    ["rancher", ["--plugin", "rancher", ...RANCHER]],
    ["rancher", RANCHER],
    [
      "portable",
      [
        ...["--plugin-guid", "{3D6F1C52-8E4B-4A97-B0C3-5F2E9A7D1B64}"],
        ...["--plugin-input", "vault.contoso.com/gmsa-reader"],
      ],
    ],
    ["several-accounts", ["--additional-account", "logagent", "sql@dev.contoso.com"]],
  ])("%s", async (name, options) => {
    const { code, stdout, stderr } = await create(...ALL, ...options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(parse(stdout)).toEqual(credspecObject("webapp1", credspecOf(name)));
  });

  test("the account loses its domain and its $, as New-CredentialSpec has it", async () => {
    const { stdout } = await create("--account", "CONTOSO\\webapp1$", ...DOMAIN);
    expect(parse(stdout)).toMatchObject({
      metadata: { name: "webapp1" },
      credspec: credspecOf("joined"),
    });
  });

  test("the forest differs from the domain if an option gives it", async () => {
    const { stdout } = await create(...ALL, "--forest", "fabrikam.com");
    expect(credspecIn(stdout)).toHaveProperty("DomainJoinConfig.DnsTreeName", "fabrikam.com");
  });

  test("JSON, and one List where there are several objects", async () => {
    const one = await create(...ALL, "-o", "json");
    expect(JSON.parse(one.stdout)).toHaveProperty("kind", "GMSACredentialSpec");
    const rbac = ["--rbac", "--service-account", "shop/web"];
    const json = JSON.parse((await create(...ALL, ...rbac, "-o", "json")).stdout) as {
      kind: string;
      items: unknown[];
    };
    const yaml = parseAllDocuments((await create(...ALL, ...rbac)).stdout);
    expect(json.kind).toBe("List");
    expect(json.items).toHaveLength(3);
    expect([...yaml].map(document => document.toJS() as unknown)).toEqual(json.items);
  });

  test("an invalid name is reported", async () => {
    const { stdout, stderr } = await create(...ALL, "--name", "gmsa-WebApp1");
    expect(parse(stdout)).toHaveProperty("metadata.name", "gmsa-webapp1");
    expect(stderr).toContain("an object cannot be named gmsa-WebApp1");
  });

  test("suspicious values are reported, and the object is created", async () => {
    const { code, stderr } = await create(...ALL, "--sid", `${SID}-1104`);
    expect(code).toBe(0);
    expect(stderr).toContain(
      "warning: credspec.DomainJoinConfig.Sid should be the SID of the domain",
    );
  });

  test("no object is created with values that Windows cannot work with", async () => {
    const { code, stdout, stderr } = await create(...ALL, "--guid", "webapp1");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      "error: credspec.DomainJoinConfig.Guid should be the GUID of the domain",
    );
  });

  test.each([
    ["--domain", "<domain>"],
    ["--netbios-name", "YOUR_DOMAIN"],
    ["--sid", "${DOMAIN_SID}"],
    ["--forest", "{{ .Values.forest }}"],
  ])("a placeholder in %s is refused", async (option, placeholder) => {
    const { code, stdout, stderr } = await create(...ALL, option, placeholder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("a placeholder");
  });

  test("missing options are listed, with where to find their values", async () => {
    const { code, stdout, stderr } = await create("--account", "webapp1", "--sid", SID);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.match(/--[a-z-]+ <.*/g)).toEqual([
      "--domain <name>  DNS name of its domain: (Get-ADDomain).DNSRoot",
      "--netbios-name <name>  NetBIOS name of the domain: (Get-ADDomain).NetBIOSName",
      "--guid <guid>  GUID of the domain: (Get-ADDomain).ObjectGUID.Guid",
    ]);
  });

  test.each([
    [["--aks-identity", AKS_IDENTITY], "--plugin aks needs --aks-secret"],
    [["--plugin", "rancher"], "--plugin rancher needs --rancher-namespace and --rancher-secret"],
    [["--plugin", "gke"], "Allowed choices are aks, aws-secrets-manager, aws-ssm, rancher"],
    [["--plugin", "aks", "--eks-secret", ARN], "options of two plug-ins are given"],
    [["--plugin", "aws-ssm", "--aws-secret", ARN], "options of two plug-ins are given"],
    [
      ["--plugin", "aws-ssm", "--aws-parameter", ARN],
      "--aws-parameter should be like arn:aws:ssm:",
    ],
    [["--aws-secret", PARAMETER_ARN], "--aws-secret should be like arn:aws:secretsmanager:"],
    [[...RANCHER.slice(0, 3), "Gmsa_Reader"], "--rancher-secret should be the name of a Secret"],
    [["--plugin-input", "x"], "--plugin-guid and --plugin-input go together"],
    [
      ["--eks-secret", ARN, "--plugin-guid", "{A}", "--plugin-input", "x"],
      "options of two plug-ins are given",
    ],
    [["--rbac"], "--rbac needs --service-account"],
    [["--name", "your-credspec"], "--name your-credspec is a placeholder"],
    [["--name", "<name>"], "--name <name> is a placeholder"],
    [
      ["--rbac", "--service-account", "your-namespace/web"],
      '--service-account your-namespace/web: "your-namespace" is a placeholder',
    ],
    [["--additional-account", "a@b@c"], "a@b@c: it must be a name, or name@domain"],
    [["--output", "table"], "Allowed choices are yaml, json"],
  ])("wrong usage: %j", async (options, message) => {
    const { code, stdout, stderr } = await create(...ALL, ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
