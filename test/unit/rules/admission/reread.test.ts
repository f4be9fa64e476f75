import { findDenials, findInlinings } from "../../../../rules/admission/review";
import { canonicalJson } from "../../../../rules/credspec/canonical-json";
import type { Cluster, CredspecLookup } from "../../../../rules/credspec/cluster";
import type { PodLike } from "../../../../rules/pod/windows-options";

const serviceAccount = { namespace: "team-a", name: "web" };

function found(value: Record<string, unknown>): CredspecLookup {
  return { outcome: "found", credspec: { value, contents: canonicalJson(value) } };
}

function podWith(contents: string, containers = 1): PodLike {
  return {
    spec: {
      containers: Array.from({ length: containers }, (_, index) => ({
        name: `c${index}`,
        securityContext: {
          windowsOptions: { gmsaCredentialSpecName: "webapp1", gmsaCredentialSpec: contents },
        },
      })),
    },
  };
}

/** A cluster with an outdated cached answer, which records its calls. */
function staleCluster(): { cluster: Cluster; asked: string[] } {
  const asked: string[] = [];
  const cluster: Cluster = {
    readCredspec: (name, { fresh = false } = {}) => {
      asked.push(fresh ? `read ${name} again` : `read ${name}`);
      return Promise.resolve(found({ version: fresh ? "new" : "old" }));
    },
    mayUse: ({ name }, credspecName) => {
      asked.push(`may ${name} use ${credspecName}`);
      return Promise.resolve({ outcome: "allowed" });
    },
  };
  return { cluster, asked };
}

describe("questions to the cluster", () => {
  test("contents that equal the cached ones are admitted without another read", async () => {
    const { cluster, asked } = staleCluster();
    const denials = await findDenials(cluster, {
      pod: podWith('{"version":"old"}'),
      serviceAccount,
    });
    expect(denials).toEqual([]);
    expect(asked).toEqual(["may web use webapp1", "read webapp1"]);
  });

  test("contents that differ from the cached ones are read again before they are refused", async () => {
    const { cluster, asked } = staleCluster();
    const denials = await findDenials(cluster, {
      pod: podWith('{"version":"new"}'),
      serviceAccount,
    });
    expect(denials).toEqual([]);
    expect(asked).toEqual(["may web use webapp1", "read webapp1", "read webapp1 again"]);
  });

  test("a Pod refused for another reason is not read again", async () => {
    const { cluster, asked } = staleCluster();
    const denials = await findDenials(cluster, { pod: podWith(""), serviceAccount });
    expect(denials.map(({ reason }) => reason)).toEqual(["contents not inlined"]);
    expect(asked).toHaveLength(2);
  });

  test("contents that differ from both are refused after one more read", async () => {
    const { cluster, asked } = staleCluster();
    const denials = await findDenials(cluster, { pod: podWith('{"version":"x"}'), serviceAccount });
    expect(denials.map(({ reason }) => reason)).toEqual(["contents differ"]);
    expect(asked).toHaveLength(3);
  });

  test("a credential spec in a hundred places is asked for once", async () => {
    const { cluster, asked } = staleCluster();
    const inlinings = await findInlinings(cluster, { pod: podWith("", 100), serviceAccount });
    expect(inlinings).toHaveLength(100);
    expect(asked).toEqual(["may web use webapp1", "read webapp1"]);
  });

  test("a Pod without GMSA asks nothing", async () => {
    const { cluster, asked } = staleCluster();
    const pod: PodLike = { spec: { containers: [{ name: "c" }] } };
    expect(await findInlinings(cluster, { pod, serviceAccount })).toEqual([]);
    expect(await findDenials(cluster, { pod, serviceAccount })).toEqual([]);
    expect(asked).toEqual([]);
  });
});
