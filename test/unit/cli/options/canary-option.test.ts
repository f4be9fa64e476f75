import { parseCanary } from "../../../../cli/options/canary-option";

test("a canary is a namespace, a service account and a credential spec", () => {
  expect(parseCanary("shop/web.frontend/webapp1")).toEqual({
    namespace: "shop",
    expect: "admitted",
    serviceAccount: "web.frontend",
    credspec: "webapp1",
  });
});

test.each([
  "",
  "shop",
  "shop/web",
  "shop//webapp1",
  "a.b/web/webapp1",
  "shop/web/x/y",
  "Shop/web/x",
])("%j is not", text => {
  expect(() => parseCanary(text)).toThrow("such as shop/web/webapp1");
});
