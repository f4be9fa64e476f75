import { Option, type Command } from "commander";

import { KubectlCommand } from "../../../../cli/options/kubectl-command";

function read(...words: string[]): object {
  const program = new KubectlCommand("gmsa").exitOverride().configureOutput({
    writeErr: () => undefined,
  });
  program.option("--context <name>");
  const command = program
    .command("look")
    .argument("[name...]")
    .option("-n, --namespace <name>")
    .option("-o, --output <format>")
    .option("--service-account <name>")
    .addOption(new Option("--dry-run <where>").choices(["none", "client", "server"]))
    .option("-f, --filename <file...>")
    .option("-A, --all-namespaces")
    .option("-R, --recursive")
    .option("--no-headers");
  command.action(() => undefined);
  program.parse(["look", ...words], { from: "user" });
  return { ...command.optsWithGlobals(), args: command.args };
}

test.each([
  [["-n", "shop"], { namespace: "shop" }],
  [["-nshop"], { namespace: "shop" }],
  [["-n=shop"], { namespace: "shop" }],
  [["--serviceaccount", "shop:web"], { serviceAccount: "shop:web" }],
  [["--serviceaccount=shop:web"], { serviceAccount: "shop:web" }],
  [["--namespace=shop"], { namespace: "shop" }],
  [["-n="], { namespace: "" }],
  [["-n==shop"], { namespace: "=shop" }],
  [["-n", "=shop"], { namespace: "=shop" }],
  [["-n", "-o=json"], { namespace: "-o=json" }],
  [["-nshop=1"], { namespace: "shop=1" }],
  [["-o=jsonpath={.items[?(@.a==1)]}"], { output: "jsonpath={.items[?(@.a==1)]}" }],
  [["-f=a", "-f=b"], { filename: ["a", "b"] }],
  [["-f", "a", "b", "-n=shop"], { filename: ["a", "b"], namespace: "shop" }],
  [["-AR", "-n=shop"], { allNamespaces: true, recursive: true, namespace: "shop" }],
  [["-ARn=shop"], { allNamespaces: true, recursive: true, namespace: "shop" }],
  [["-A=true"], { allNamespaces: true }],
  [["-A=false"], {}],
  [["-RA=false"], { recursive: true }],
  [["--recursive=true", "--all-namespaces=false"], { recursive: true }],
  [["--no-headers"], { headers: false }],
  [["--no-headers=true"], { headers: false }],
  [["--no-headers=false"], {}],
  [["--context=-n=a", "-n=shop"], { context: "-n=a", namespace: "shop" }],
  [["web", "--", "-n=shop"], { args: ["web", "-n=shop"] }],
])("%j", (words, due) => {
  expect(read(...words)).toEqual({ args: [], headers: true, ...due });
});

test.each([
  [["--cluster", "a", "look", "b"], { cluster: "a", args: ["b"] }],
  [["--cluster=a", "--context", "c", "look"], { cluster: "a", context: "c", args: [] }],
  [["--context", "--cluster", "look", "b"], { context: "--cluster", args: ["b"] }],
  [["look", "--cluster", "a"], { cluster: "a", args: [] }],
  [["look", "--", "--cluster"], { args: ["--cluster"] }],
])("passes on %j", (words, due) => {
  const program = new KubectlCommand("gmsa").option("--context <name>");
  const command = program.command("look").argument("[name...]").option("--cluster <name>");
  program.passOn(new Option("--cluster <name>"));
  command.action(() => undefined);
  program.parse(words, { from: "user" });
  expect({ ...command.optsWithGlobals(), args: command.args }).toEqual(due);
});

test.each([
  [["-n", "shop", "look", "a"], { namespace: "shop", args: ["a"] }],
  [["-nshop", "look"], { namespace: "shop" }],
  [["-n=shop", "look", "-o", "json"], { namespace: "shop", output: "json" }],
  [["--namespace=shop", "--context", "c", "look"], { namespace: "shop", context: "c" }],
  [["-A", "look", "look"], { allNamespaces: true, args: ["look"] }],
  [["-An", "look", "look"], { allNamespaces: true, namespace: "look" }],
  [["-o", "look", "look"], { output: "look" }],
  [["-n", "a", "look", "-n", "b"], { namespace: "b" }],
  [["-n", "shop", "look", "near", "it"], { namespace: "shop", near: true, args: ["it"] }],
  [["look", "-n", "shop", "near", "it"], { namespace: "shop", near: true, args: ["it"] }],
  [["--deep", "look", "near"], { deep: true, near: true }],
  [["look", "--deep", "near"], { deep: true, near: true }],
  [["look", "near", "--deep"], { deep: true, near: true }],
  [["look", "near", "--deep", "a"], { deep: true, near: true, args: ["a"] }],
  [["look", "near", "-o", "json"], { output: "json", near: true }],
  [["look", "-o", "near"], { output: "near" }],
])("options before the name of a command: %j", (words, due) => {
  const program = new KubectlCommand("gmsa").option("--context <name>");
  let read: object = {};
  const add = (command: Command, more: object): Command =>
    command
      .argument("[name...]")
      .option("-n, --namespace <name>")
      .option("-A, --all-namespaces")
      .option("-o, --output <format>")
      .action(() => {
        read = { ...command.optsWithGlobals(), args: command.args, ...more };
      });
  const look = add(program.command("look"), {});
  add(look.command("near"), { near: true }).option("--deep");
  program.parse(words, { from: "user" });
  expect(read).toEqual({ args: [], ...due });
});

test("an option before a command that does not have it is refused as that command's", () => {
  const program = new KubectlCommand("gmsa").exitOverride().configureOutput({
    writeErr: () => undefined,
  });
  program.command("look").option("-n <name>");
  program.command("hear").action(() => undefined);
  expect(() => program.parse(["-n", "shop", "hear"], { from: "user" })).toThrow(
    "unknown option '-n'",
  );
  expect(() => program.parse(["-n", "shop", "heer"], { from: "user" })).toThrow(
    "unknown command 'heer'",
  );
  expect(() => program.parse(["-x", "hear"], { from: "user" })).toThrow("unknown option '-x'");
});

test.each([["-x=shop"], ["-A=maybe"], ["--recursive=maybe"], ["-Ax=1"], ["-=1"]])(
  "%s is refused",
  word => {
    expect(() => read(word)).toThrow(/unknown option/);
  },
);

test.each([[["--dry-run"]], [["web", "--dry-run"]], [["--dry-run", "--", "web"]]])(
  "%j says what the option can be",
  words => {
    expect(() => read(...words)).toThrow(
      "option '--dry-run <where>' needs one of none, client, server",
    );
  },
);

test("an option without choices at the end is reported as before", () => {
  expect(() => read("-n")).toThrow("option '-n, --namespace <name>' argument missing");
  expect(read("-n", "--dry-run")).toMatchObject({ namespace: "--dry-run" });
});
