import { placeholderIn } from "../../../rules/placeholder";

describe("a placeholder", () => {
  test.each([
    ["<GMSA_ACCOUNT_USERNAME>", "<GMSA_ACCOUNT_USERNAME>"],
    ["https://<KEY_VAULT>.vault.azure.net/", "<KEY_VAULT>"],
    ["$GMSA_SID", "$GMSA_SID"],
    ["$domain", "$domain"],
    ["ObjectId=$MANAGED_ID", "$MANAGED_ID"],
    ["${DOMAIN}", "${DOMAIN}"],
    ["$(DOMAIN)", "$(DOMAIN)"],
    ["{{ .Values.domain }}", "{{ .Values.domain }}"],
    ["#{domain}#", "#{domain}#"],
    ["%DOMAIN%", "%DOMAIN%"],
    ["__DOMAIN__", "__DOMAIN__"],
    ["#DOMAIN#", "#DOMAIN#"],
    ["((domain))", "((domain))"],
    ["{domain}", "{domain}"],
    ["{domain-guid}", "{domain-guid}"],
    ["$env:DOMAIN", "$env:DOMAIN"],
    ["[domain name]", "[domain name]"],
    ["S-1-5-21-...", "..."],
    ["S-1-5-21-XXXXXXXXX-XXXXXXXXX-XXXXXXXXX", "XXXXXXXXX-XXXXXXXXX-XXXXXXXXX"],
    ["s-1-5-21-nnnn-nnnn-nnnn", "s-1-5-21-nnnn"],
    ["S-1-5-21-1004336348-####-####", "####"],
    ["xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "xxxxxxxx-xxxx"],
    ["…", "…"],
    ["CHANGEME", "CHANGEME"],
    ["change-me", "change-me"],
    ["REPLACE_ME", "REPLACE_ME"],
    ["YOUR_DOMAIN", "YOUR"],
    ["YOURDOMAIN_FQDN", "YOURDOMAIN_FQDN"],
    ["OU=YOUR-UNIT,DC=x", "YOUR-UNIT"],
    ["your-domain.com", "your-domain"],
    ["YourDomain.local", "YourDomain"],
    ["yourcompany.com", "yourcompany"],
    ["$domain.com", "$domain"],
    ["INSERT_DOMAIN_HERE", "INSERT_DOMAIN_HERE"],
    ["domain-here", "domain-here"],
    ["enter the domain here", "enter the domain here"],
    ["&lt;domain&gt;", "&lt;domain&gt;"],
    ["{% domain %}", "{% domain %}"],
    ["********", "********"],
    ["???", "???"],
    ["REDACTED", "REDACTED"],
    ["S-1-5-21-AAA-BBB-CCC", "S-1-5-21-AAA"],
    ["S-1-5-21-1004336348-domain", "S-1-5-21-1004336348-domain"],
    ["to-be-replaced", "to-be-replaced"],
    ["TO_BE_FILLED_IN", "TO_BE_FILLED"],
    ["placeholder-domain", "placeholder"],
    ["domain.tld", ".tld"],
    ["GUID", "GUID"],
    ["TBA", "TBA"],
    ["TODO", "TODO"],
    ["xxxx", "xxxx"],
    ["gMSA-ACCOUNT-SID", "gMSA-ACCOUNT-SID"],
    ["DOMAIN_GUID", "DOMAIN_GUID"],
    ["ARN-SECRET", "ARN-SECRET"],
  ])("%s", (text, part) => {
    expect(placeholderIn(text)).toContain(part);
  });
});

test.each([`$${"d".repeat(120)}`, `  $${"d".repeat(120)}\n`])(
  "a long text is one as a whole, without the blanks around it: %j",
  text => {
    expect(placeholderIn(text)).toBe(text.trim());
    expect(placeholderIn(`${text.trim()}!`)).toBeUndefined();
  },
);

// Without a limit, each of these would take minutes.
test.each(["{{", "add ", "&lt;", "{%", "#{a"])("a megabyte of %j is searched", part => {
  const text = part.repeat(250_000);
  expect(placeholderIn(`<domain> ${text}`)).toBe("<domain>");
  expect(placeholderIn(`contoso ${text}`)).toBeUndefined();
});

describe("possible names of domains, accounts and credential specs", () => {
  test.each([
    "",
    "contoso.com",
    "CONTOSO",
    "payroll$",
    "svc-web",
    "WebApp1",
    "exchange.me",
    "corp.xxx",
    "xx-web",
    "yourk.example",
    "insert.example.com",
    "settle-it",
    "S-1-5-21-1957390241-3086214477-2670915583",
    "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13",
    "{CCC2A336-D7F3-4818-A213-272B7924213E}",
    '{"credentialArn":"arn:aws:secretsmanager:eu-central-1:111122223333:secret:gmsa-reader-AbCdEf"}',
    "todo-app",
    "CORP-NAME1",
    "YOURI",
    "webapp-placeholder",
    "youri.example",
    "yourdonnas.example",
    "sid",
    "here.example",
    "adhere.example",
    "svc$",
    "S-1-5-21-19573902X1-3086214477-2670915583",
    "redactedpapers.example",
    "tba.example",
  ])("are not placeholders: %s", text => {
    expect(placeholderIn(text)).toBeUndefined();
  });
});

test("more texts than are kept get the same answers", () => {
  const texts = Array.from({ length: 10_001 }, (_, index) => `<name-${index}>`);
  expect(texts.filter(text => placeholderIn(text) !== text)).toEqual([]);
  expect(placeholderIn("<name-0>")).toBe("<name-0>");
  expect(placeholderIn("contoso.com")).toBeUndefined();
});
