import { parseServiceAccount } from "../../../../cli/options/service-account-options";

test.each(["shop/web", "shop:web", "system:serviceaccount:shop:web"])("%s", text => {
  expect(parseServiceAccount(text, "other")).toEqual({ namespace: "shop", name: "web" });
});

test("a name alone is in the namespace that is given", () => {
  expect(parseServiceAccount("web", "other")).toEqual({ namespace: "other", name: "web" });
});

test.each([
  ...["", "web", "/web", "shop/", "shop/web/1", "shop:web:1", "Shop/web", "a.b/web", "shop/We_b"],
  "system:serviceaccount:web",
])("%j does not name one", text => {
  expect(() => parseServiceAccount(text)).toThrow(/^--service-account .*: it must be /);
});
