import type { Cluster } from "../../../rules/credspec/cluster";
import { MemoizedCluster } from "../../../kube/memoized-cluster";
import { limitConcurrency } from "../../../kube/concurrency";

describe("asking a cluster for many workloads", () => {
  test("each question is asked once, and different questions are never confused", async () => {
    const asked: string[] = [];
    const cluster: Cluster = {
      readCredspec: name => {
        asked.push(name);
        return Promise.resolve({ outcome: "absent" });
      },
      mayUse: ({ namespace, name }, credspec) => {
        asked.push(`${namespace} ${name} ${credspec}`);
        return Promise.resolve({ outcome: "allowed" });
      },
    };
    const once = new MemoizedCluster(cluster);
    const accounts = ["a", "b"].flatMap(namespace => ["x", "y"].map(name => ({ namespace, name })));

    await Promise.all(
      [...accounts, ...accounts].flatMap(account => [
        once.mayUse(account, "one"),
        once.mayUse(account, "two"),
        once.readCredspec("one"),
      ]),
    );
    await once.readCredspec("one");

    expect([...asked].sort()).toEqual([
      ...["a x one", "a x two", "a y one", "a y two"],
      ...["b x one", "b x two", "b y one", "b y two", "one"],
    ]);
  });

  test("only so many calls run at a time, also after a failure", async () => {
    const inTurn = limitConcurrency(3);
    let [running, most] = [0, 0];
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        inTurn(async () => {
          most = Math.max(most, ++running);
          // Until all calls that can start have started.
          await new Promise(setImmediate);
          running--;
          if (index % 5 === 0) throw new Error("no");
          return index;
        }),
      ),
    );

    expect(most).toBe(3);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(16);
    expect(await inTurn(() => Promise.resolve("still works"))).toBe("still works");
  });
});
