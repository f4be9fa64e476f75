import { ApiException } from "@kubernetes/client-node";

import { listAllPages } from "../../../kube/pager";
import type { PageRequest } from "../../../kube/pager";

describe("a whole list", () => {
  test.each(["_continue", "continue"])("is read page by page, where %s leads", async key => {
    const asked: PageRequest[] = [];
    const numbers = await listAllPages(
      request => {
        asked.push(request);
        const page = Number(request._continue ?? 0);
        const metadata = page < 2 ? { [key]: String(page + 1) } : {};
        return Promise.resolve({ items: [page * 2, page * 2 + 1], metadata });
      },
      number => (number % 2 === 0 ? number : undefined),
    );

    expect(numbers).toEqual([0, 2, 4]);
    expect(asked).toEqual([
      { limit: 500 },
      { limit: 500, _continue: "1" },
      { limit: 500, _continue: "2" },
    ]);
  });

  test("that expires while it is read is read again in one piece", async () => {
    const gone = new ApiException(410, "Gone", {}, {});
    const names = await listAllPages(
      ({ limit, _continue }) => {
        if (_continue !== undefined) return Promise.reject(gone);
        return Promise.resolve(
          limit === undefined
            ? { items: ["a", "b", "c"] }
            : { items: ["a"], metadata: { _continue: "next" } },
        );
      },
      name => name,
    );
    expect(names).toEqual(["a", "b", "c"]);
  });

  test("fails if one of its pages fails", async () => {
    const refused = new ApiException(403, "Forbidden", {}, {});
    await expect(
      listAllPages<string, string>(
        () => Promise.reject(refused),
        name => name,
      ),
    ).rejects.toBe(refused);
  });
});
