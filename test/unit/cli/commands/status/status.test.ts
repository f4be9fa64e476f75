import type { JudgedWorkload } from "../../../../../cli/inspect/state";
import {
  statusHasFailed,
  type StatusInputs,
} from "../../../../../cli/commands/status/status-report";
import { statusTable } from "../../../../../cli/commands/status/status-table";
import { healthyState } from "../../diagnosis/healthy-state";
import { known, NO_COLOURS, reportOn, status, table, VERSIONS } from "./healthy-status";

describe("the status of GMSA in a cluster", () => {
  test("shows the current state", () => {
    expect(status()).toEqual({
      healthy: true,
      failed: false,
      summary: "GMSA works: 18 checks of the installation passed",
      guard: { outcome: "judged", why: "" },
      checks: [],
      versions: VERSIONS,
      module: {
        ...{ version: "0.1.0", build: "0123456789abcdef", image: "pepr:1" },
        replicas: { wanted: 2, ready: 2 },
      },
      certificate: { daysLeft: 364, validTo: "", source: "keeper", level: "pass", problems: [] },
      credspecs: [
        {
          ...{ name: "webapp1", account: "webapp1", domain: "contoso.com" },
          workloads: ["shop/Deployment/web"],
          serviceAccounts: ["shop/web"],
        },
      ],
      workloads: [
        {
          ...{ group: "apps", kind: "Deployment", namespace: "shop", name: "web" },
          serviceAccount: "web",
          ...{ credspecs: ["webapp1"], pods: 3, admission: "admitted", refusals: [] },
          placement: [],
        },
      ],
      drifted: [],
      unknown: [],
    });
    expect(table().split("\n")).toEqual([
      "✔ GMSA works: 18 checks of the installation passed",
      "",
      "versions      gmsa 0.1.0, Kubernetes v1.36.3",
      "installed     0.1.0, build 0123456789ab",
      "replicas      ✔ 2 of 2 ready",
      "certificate   ✔ 364 days left, created and renewed by pepr-gmsa-certificates",
      "",
      "CREDSPEC   ACCOUNT   DOMAIN        WORKLOADS   SERVICE ACCOUNTS",
      "webapp1    webapp1   contoso.com   1           shop/web",
      "",
      "NAMESPACE   WORKLOAD         SERVICE ACCOUNT   CREDSPECS   PODS   ADMITTED NOW",
      "shop        Deployment/web   web               webapp1     3      ✔ yes",
    ]);
  });

  test("is unhealthy without an installation, and names the page to read", () => {
    const change = {
      controller: known(undefined),
      certificates: known(undefined),
      report: reportOn(state => ({ ...state, controller: undefined })),
    };
    expect(status(change).healthy).toBe(false);
    expect(table(change)).toContain("installed   ✘ no: see `gmsa explain install`");
  });

  test("is unhealthy while no replica is ready", () => {
    const { controller } = healthyState();
    const away = controller && Object.assign(controller, { status: {} });
    const unreachable = { outcome: "unreachable", reason: "no endpoint", why: "" } as const;
    const probe = { namespace: "default", expect: "refused" } as const;
    const report = reportOn(state => ({
      ...state,
      controller: away,
      canary: { ...state.canary, probes: [{ probe, verdict: unreachable }], readyReplicas: 0 },
    }));
    const change = { controller: known(away), report };
    // The Pods are refused, although the rules allow them.
    expect(status(change)).toMatchObject({
      guard: { outcome: "refused" },
      workloads: [
        { admission: "refused", why: expect.stringContaining("0 of 2 replicas") as string },
      ],
    });
    expect(table(change)).toMatch(
      /^✘ GMSA Pods are refused: Deployment\/pepr-gmsa: 0 of 2 replicas/,
    );
    expect(status(change).healthy).toBe(false);
    expect(table(change)).toMatch(/^replicas +✘ 0 of 2 ready$/m);
  });

  test("is broken, but admits Pods, if the webhook answers and only its next start would fail", () => {
    const report = reportOn(state => ({ ...state, certificates: undefined }));
    const change = { certificates: known(undefined), report };
    expect(status(change)).toMatchObject({
      failed: true,
      guard: { outcome: "judged" },
      workloads: [{ admission: "admitted" }],
    });
    expect(table(change)).toMatch(/^✘ The installation is broken: /);
  });

  function withFinding(level: "warning" | "error"): Partial<StatusInputs> {
    const { certificates } = healthyState();
    const findings = [{ level, problem: "The certificate expires in 3 days", remedy: "Renew it" }];
    const bad = certificates && { ...certificates, healthy: level === "warning", findings };
    const report = reportOn(state => ({ ...state, certificates: bad }));
    return { certificates: known(bad), report };
  }

  test("is unhealthy if something is wrong with the certificate", () => {
    const change = withFinding("error");
    expect(status(change)).toMatchObject({
      healthy: false,
      certificate: { level: "fail", problems: ["The certificate expires in 3 days"] },
    });
    expect(table(change)).toContain("✘ 364 days left");
    expect(table(change)).toMatch(
      /✘ +certificate +The certificate expires in 3 days\n +→ Renew it/,
    );
  });

  test("warns while there is time to act on the certificate", () => {
    const change = withFinding("warning");
    expect(status(change)).toMatchObject({ healthy: true, certificate: { level: "warn" } });
    expect(table(change)).toMatch(
      /^! GMSA works, with a warning: The certificate expires in 3 days$/m,
    );
    expect(table(change)).toContain("! 364 days left");
    expect(table(change)).toMatch(
      /! +certificate +The certificate expires in 3 days\n +→ Renew it/,
    );
  });

  test("is unhealthy if Pods would be refused, with reason and remedy", () => {
    const { workloads } = healthyState();
    const refusal = { reason: "not authorized" as const, problem: "may not", remedy: "Grant it." };
    const [web] = workloads.workloads;
    const refused = { ...web, admission: "refused" as const, refusals: [refusal] };
    const change = {
      workloads: known({ ...workloads, workloads: [refused] as typeof workloads.workloads }),
    };
    expect(status(change).healthy).toBe(false);
    expect(table(change)).toMatch(/✘ no\n\n✘ Deployment\/web in shop: may not\.\n {2}Grant it\.$/);
  });

  test("shows Pods that run with other contents, and stays healthy", () => {
    const { workloads } = healthyState();
    const drifted = [
      {
        namespace: "shop",
        name: "web-1",
        credspec: "webapp1",
        places: ["pod"],
        now: "changed" as const,
      },
      { namespace: "shop", name: "web-2", credspec: "old", places: ["pod"], now: "gone" as const },
    ];
    const change = { workloads: known({ ...workloads, drifted }) };
    expect(status(change)).toMatchObject({ healthy: true, drifted });
    expect(table(change)).toContain(
      "! Pod/web-1 in shop (pod) runs with the earlier contents of credential spec webapp1",
    );
    expect(table(change)).toContain(
      "! Pod/web-2 in shop (pod) runs with a deleted credential spec: old",
    );
  });

  test("Pods are admitted unchecked where no webhook is called", () => {
    const report = reportOn(state => {
      delete state.installed.objects["ValidatingWebhookConfiguration/pepr-gmsa"];
      return state;
    });
    expect(status({ report }).workloads).toMatchObject([{ admission: "unchecked" }]);
    expect(table({ report })).toMatch(/^✘ GMSA Pods are admitted unchecked: Valid/);
    expect(table({ report })).toMatch(/✘ unchecked$/m);
    expect(status({ unfilled: ["shop"] }).workloads).toMatchObject([{ admission: "refused" }]);
    expect(table({ unfilled: ["shop"] })).toMatch(/✘ no$/m);
    expect(status({ unchecked: ["shop"] }).workloads).toMatchObject([{ admission: "unchecked" }]);
  });

  test("a firewall, which no object shows, is in the first line because of the canary", () => {
    const report = reportOn(state => {
      const [tried] = state.canary.probes;
      const verdict = { outcome: "unreachable", reason: "time-out", why: "deadline" } as const;
      if (tried !== undefined) tried.verdict = verdict;
      return state;
    });
    expect(status({ report })).toMatchObject({ failed: true, guard: { outcome: "refused" } });
    expect(table({ report })).toMatch(
      /^✘ GMSA Pods are refused: the API server cannot call the webhook: time-out/,
    );
  });

  test("a canary in a namespace that is left out proves nothing about others", () => {
    const report = reportOn(state => {
      const [tried] = state.canary.probes;
      const verdict = { outcome: "unchecked", reason: "admitted" } as const;
      if (tried !== undefined) tried.verdict = verdict;
      state.canary.namespaces = [
        { name: "default", labels: { "kubernetes.io/metadata.name": "kube-system" } },
      ];
      return state;
    });
    expect(status({ report })).toMatchObject({
      failed: true,
      guard: { outcome: "judged" },
      workloads: [{ admission: "admitted" }],
    });
    expect(table({ report })).toMatch(/^✘ The installation is broken: a Pod with GMSA contents/);
  });

  test("a credential spec with contents of any shape is shown", () => {
    const credspecs = [undefined, null, "text", { DomainJoinConfig: 1 }].map((credspec, index) => ({
      name: `c${index}`,
      credspec,
    }));
    expect(status({ credspecs: known(credspecs) }).credspecs).toHaveLength(4);
  });

  test("long lists of names are shortened only in tables", () => {
    const { workloads } = healthyState();
    const many = ["a", "b", "c", "d", "e"].map(serviceAccount => ({
      ...(workloads.workloads[0] as JudgedWorkload),
      serviceAccount,
    }));
    const change = { workloads: known({ ...workloads, workloads: many }) };
    expect(status(change).credspecs[0]?.serviceAccounts).toHaveLength(5);
    expect(table(change)).toContain("shop/a, shop/b, shop/c and 2 more");
  });

  test("wide tables are not cut and have the reasons, and headings can be omitted", () => {
    const { workloads } = healthyState();
    const [web] = workloads.workloads as [JudgedWorkload];
    const many = ["a", "b", "c", "d"].map(serviceAccount => ({ ...web, serviceAccount }));
    const refusal = { reason: "not authorized" as const, problem: "may not", remedy: "" };
    const refused = { ...web, admission: "refused" as const, refusals: [refusal, refusal] };
    const all = [...many, refused] as JudgedWorkload[];
    const change = { workloads: known({ ...workloads, workloads: all }) };
    const style = { colours: NO_COLOURS, isWide: true };
    const wide = statusTable(status(change), style);
    expect(wide).toContain("shop/a, shop/b, shop/c, shop/d, shop/web\n");
    expect(wide).toMatch(/ ADMITTED NOW +REASON$/m);
    expect(wide).toMatch(/^shop +Deployment\/web +a +webapp1 +3 +✔ yes +-$/m);
    expect(wide).toMatch(/^shop +Deployment\/web +web +webapp1 +3 +✘ no +not authorized$/m);
    const bare = statusTable(status(), { colours: NO_COLOURS, headers: false });
    expect(bare).toContain("\n\nwebapp1   webapp1   contoso.com   1   shop/web\n\nshop   ");
    expect(bare).not.toMatch(/CREDSPEC|NAMESPACE/);
  });

  test("of selected workloads, only the credential specs that they use", () => {
    const credspecs = known([...healthyState().credspecs, { name: "zz-unused", credspec: {} }]);
    const names = (isSelected: boolean): string[] =>
      status({ credspecs, isSelected }).credspecs.map(({ name }) => name);
    expect(names(false)).toEqual(["webapp1", "zz-unused"]);
    expect(names(true)).toEqual(["webapp1"]);
  });

  test("--fail-on selects the level that counts as failed", () => {
    const forbidden = { known: false, why: "needs the right", isForbidden: true } as const;
    const counted = (change: Partial<StatusInputs>): boolean[] =>
      (["error", "warning", "unknown"] as const).map(level =>
        statusHasFailed(status(change), level),
      );
    expect(counted({})).toEqual([false, false, false]);
    expect(counted({ credspecs: forbidden })).toEqual([false, false, true]);
    expect(counted(withFinding("warning"))).toEqual([false, true, true]);
    expect(counted(withFinding("error"))).toEqual([true, true, true]);
  });
});
