/** Complete results for misspelt and misplaced fields; test/fixtures/lint/field-names.yaml has more cases. */
import type { WrongField } from "../../../../rules/pod/wrong-field";
import { wrongFieldsAround, wrongFieldsOf } from "../../../../rules/pod/field-names";
import type { PodLike } from "../../../../rules/pod/windows-options";

const NAME = "gmsaCredentialSpecName";
const CONTENTS = "gmsaCredentialSpec";
const OPTIONS = "windowsOptions";
const GMSA = { [NAME]: "payroll" };
/** The longest key that can be near to a name: with a separator after each letter. */
const LONGEST_KEY = Array.from(NAME, letter => `${letter}-`).join("");

function inPod(spec: unknown, metadata?: unknown): WrongField[] {
  return wrongFieldsOf({ metadata, spec } as PodLike);
}

const CONTEXT = ["spec", "securityContext"];

/** A field in the security context of the Pod. */
function inContext(securityContext: object): WrongField[] {
  return inPod({ securityContext });
}

/** A field with only a wrong name. Contents have no correction, because they are refused without a name. */
function renamed(path: WrongField["path"], meant: string, isGmsa: boolean): WrongField {
  const fix = { path, edit: { kind: "key" as const, to: meant } };
  return { path, meant, isMisplaced: false, isGmsa, ...(meant === CONTENTS ? {} : { fix }) };
}

function moved(path: WrongField["path"], field: string, to?: WrongField["path"]): WrongField {
  const fix = to && { fix: { path, edit: { kind: "move" as const, to } } };
  const isGmsa = !["hostProcess", "runAsUserName"].includes(field);
  const inner = field === OPTIONS ? "" : `.${field}`;
  return {
    path,
    meant: `securityContext.windowsOptions${inner}`,
    isMisplaced: true,
    isGmsa,
    ...fix,
  };
}

describe("in the security context of a Pod", () => {
  test.each<[string, string]>([
    ["fsgroup", "fsGroup"],
    ["run_as_user", "runAsUser"],
    ["seLinuxOption", "seLinuxOptions"],
  ])("%s is a misspelt %s", (key, meant) => {
    expect(inContext({ [key]: 1 })).toStrictEqual([renamed([...CONTEXT, key], meant, false)]);
  });

  test.each(["privilged", "fsGroup", "unrelated", "winner", "windowsDefaults"])(
    "%s is nobody's",
    key => {
      expect(inContext({ [key]: { [key]: 1 } })).toStrictEqual([]);
    },
  );

  test("fields of a Pod alone are not those of a container", () => {
    const securityContext = { fsgroup: 1, privilged: true };
    const path = ["spec", "containers", 0, "securityContext", "privilged"];
    expect(inPod({ containers: [{ securityContext }] })).toStrictEqual([
      renamed(path, "privileged", false),
    ]);
  });

  test("a field is about GMSA if it stands for windowsOptions that name a credential spec", () => {
    const path = [...CONTEXT, "windows-options"];
    expect(inContext({ "windows-options": GMSA })).toStrictEqual([renamed(path, OPTIONS, true)]);
    expect(inContext({ "windows-options": { hostProcess: true } })).toStrictEqual([
      renamed(path, OPTIONS, false),
    ]);
    expect(inContext({ seLinuxOption: GMSA })).toStrictEqual([
      renamed([...CONTEXT, "seLinuxOption"], "seLinuxOptions", false),
    ]);
  });

  test.each([NAME, "hostProcess", "runAsUserName"])("%s belongs one level deeper", key => {
    expect(inContext({ [key]: "x" })).toStrictEqual([
      moved([...CONTEXT, key], key, [...CONTEXT, OPTIONS, key]),
    ]);
  });

  test("and in that of a container, where it is moved within that one", () => {
    const path = ["spec", "containers", 1, "securityContext"];
    const containers = [{}, { securityContext: GMSA }];
    expect(inPod({ containers })).toStrictEqual([
      moved([...path, NAME], NAME, [...path, OPTIONS, NAME]),
    ]);
  });

  test("contents stay contents, and other words for them are read by their value", () => {
    expect(inContext({ [CONTENTS]: "payroll" })).toStrictEqual([
      moved([...CONTEXT, CONTENTS], CONTENTS),
    ]);
    const written = (value: unknown): string | undefined =>
      inContext({ windowsCredentialSpec: value })[0]?.meant;
    expect(written("payroll")).toBe(`securityContext.${OPTIONS}.${NAME}`);
    expect(written('{"CmsPlugins":[]}')).toBe(`securityContext.${OPTIONS}.${CONTENTS}`);
  });
});

describe("a field beside the right one", () => {
  const path = ["spec", "securityContext", NAME];
  const inBoth = (wrong: string): WrongField["fix"] =>
    inContext({ [NAME]: wrong, [OPTIONS]: GMSA })[0]?.fix;

  test("is removed if it repeats the value", () => {
    expect(inBoth("payroll")).toStrictEqual({ path, edit: { kind: "remove" } });
    const options = { gmsacredentialspecname: "payroll", ...GMSA };
    expect(inContext({ [OPTIONS]: options })[0]?.fix).toStrictEqual({
      path: ["spec", "securityContext", OPTIONS, "gmsacredentialspecname"],
      edit: { kind: "remove" },
    });
  });

  test("is not removed with another value", () => {
    expect(inBoth("other")?.edit.kind).toBe("move");
  });
});

describe("in windowsOptions", () => {
  const path = [...CONTEXT, OPTIONS];
  const inOptions = (options: object): WrongField[] => inContext({ [OPTIONS]: options });

  test.each<[string, unknown, string]>([
    ["credentialSpec", "payroll", NAME],
    ["credentialSpec", '{"CmsPlugins":[]}', CONTENTS],
    ["credentialSpec", '  {"CmsPlugins":[]}', CONTENTS],
    ["credentialSpec", "payroll{", NAME],
    ["credentialSpec", { CmsPlugins: [] }, CONTENTS],
    ["gmsacredentialspec", "payroll", NAME],
    ["gmsacredentialspec", "{}", CONTENTS],
    ["gmsaCredSpecJson", "{}", CONTENTS],
    ["gmsaCredSpecContent", "{}", CONTENTS],
    ["gmsaCredSpecContents", "{}", CONTENTS],
    ["credSpecJsonFile", "{}", NAME],
    ["credSpecContentFile", "{}", NAME],
    ["gmsaAccount", "{}", NAME],
  ])("%s with %j is %s", (key, value, meant) => {
    expect(inOptions({ [key]: value })).toStrictEqual([renamed([...path, key], meant, true)]);
  });

  test("fields that are not about GMSA are reported as such", () => {
    expect(inOptions({ hostprocess: true, runAsUsername: "x" })).toStrictEqual([
      renamed([...path, "hostprocess"], "hostProcess", false),
      renamed([...path, "runAsUsername"], "runAsUserName", false),
    ]);
  });

  test("a key that is near to both fields has no correction", () => {
    const key = "gmsaCredentialSpecNa";
    expect(inOptions({ [key]: "payroll" })).toStrictEqual([
      { path: [...path, key], meant: NAME, isMisplaced: false, isGmsa: true },
    ]);
  });

  test.each([null, "text", {}, { [NAME]: "x", other: 1, winner: 2 }, [1]])(
    "%j has nothing to report",
    options => {
      expect(inContext({ [OPTIONS]: options })).toStrictEqual([]);
    },
  );
});

describe("beside them", () => {
  test.each(["securitycontext", "securityContexts", "security-context"])(
    "%s with GMSA is a misspelt security context",
    key => {
      const path = ["spec", "initContainers", 1, key];
      const initContainers = [{}, { [key]: { [OPTIONS]: GMSA } }];
      expect(inPod({ initContainers })).toStrictEqual([renamed(path, "securityContext", true)]);
    },
  );

  test.each([{}, { runAsUser: 1 }, { [OPTIONS]: { runAsUserName: "x" } }])(
    "and with %j it is left to the API server",
    context => {
      expect(inPod({ securitycontext: context })).toStrictEqual([]);
    },
  );

  test.each<[string, WrongField["path"]]>([
    ["the Pod", ["spec"]],
    ["a container", ["spec", "containers", 0]],
    ["an ephemeral container", ["spec", "ephemeralContainers", 0]],
  ])("a field in %s is moved into its security context", (_what, holder) => {
    const [, list] = holder;
    const spec = list === undefined ? GMSA : { [list]: [GMSA] };
    expect(inPod(spec)).toStrictEqual([
      moved([...holder, NAME], NAME, [...holder, "securityContext", OPTIONS, NAME]),
    ]);
  });

  test("a field elsewhere is not moved, nor one that is near to two", () => {
    const key = "gmsaCredentialSpecNa";
    const containers = [{ [key]: "x", lifecycle: GMSA }];
    expect(inPod({ volumes: [GMSA], containers })).toStrictEqual([
      moved(["spec", "volumes", 0, NAME], NAME),
      moved(["spec", "containers", 0, key], NAME),
      moved(["spec", "containers", 0, "lifecycle", NAME], NAME),
    ]);
  });

  test("a field of the metadata is reported first, and not moved", () => {
    expect(inPod(GMSA, { ...GMSA, [OPTIONS]: {}, name: "x" })).toStrictEqual([
      moved(["metadata", NAME], NAME),
      moved(["metadata", OPTIONS], OPTIONS),
      moved(["spec", NAME], NAME, ["spec", "securityContext", OPTIONS, NAME]),
    ]);
  });

  test("as long a key as can be meant is found, and no longer one", () => {
    expect(inPod({ [LONGEST_KEY]: "x" })).toStrictEqual([
      moved(["spec", LONGEST_KEY], NAME, ["spec", "securityContext", OPTIONS, NAME]),
    ]);
    expect(inPod({ [`${LONGEST_KEY}-`]: "x" })).toStrictEqual([]);
  });

  test.each<[string, unknown, unknown]>([
    ["no spec", undefined, undefined],
    ["null", null, null],
    ["texts", "spec", "metadata"],
    ["a list", [{ containers: [] }], []],
    [
      "maps with keys of others",
      { nodeSelector: GMSA, volumes: [{ csi: { volumeAttributes: GMSA } }] },
      {},
    ],
    ["keys that are too short", { windowsOpts: 1 }, undefined],
  ])("%s has nothing to report", (_what, spec, metadata) => {
    expect(inPod(spec, metadata)).toStrictEqual([]);
  });
});

describe("around a template", () => {
  const template = { metadata: GMSA, spec: GMSA };

  test("fields of the workload are reported, and those of the template are not", () => {
    const workload = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      status: GMSA,
      metadata: GMSA,
      ...GMSA,
      securityContext: { [OPTIONS]: GMSA, runAsUser: 1 },
      spec: { replicas: 1, [OPTIONS]: GMSA, securityContext: GMSA, template },
    };
    expect(wrongFieldsAround(workload, ["spec", "template"])).toStrictEqual([
      moved(["metadata", NAME], NAME),
      moved([NAME], NAME),
      moved(["securityContext", OPTIONS], OPTIONS),
      moved(["spec", OPTIONS], OPTIONS),
      moved(["spec", "securityContext", NAME], NAME),
    ]);
  });

  test("those of a Pod are reported beside its spec alone", () => {
    expect(wrongFieldsAround({ ...template, [OPTIONS]: GMSA }, [])).toStrictEqual([
      moved([OPTIONS], OPTIONS),
    ]);
  });

  test("a workload whose spec is not an object has none", () => {
    expect(wrongFieldsAround({ spec: null }, ["spec", "template"])).toStrictEqual([]);
  });
});
