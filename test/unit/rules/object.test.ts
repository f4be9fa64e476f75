import { isObjectName, objectNameFrom } from "../../../rules/object";

test.each(["a", "webapp1", "a-b.c-d", "1", "x".repeat(253)])("%s is a name", name => {
  expect(isObjectName(name)).toBe(true);
  expect(objectNameFrom(name)).toBe(name);
});

test.each([
  ["gmsa-WebApp1", "gmsa-webapp1"],
  ["contoso_webapp1", "contoso-webapp1"],
  ["webapp1$", "webapp1"],
  [" web app ", "web-app"],
  ["..a..b..", "a.b"],
  ["a-.-b", "a.b"],
  ["Straße", "stra-e"],
  ["Çà", "ca"],
  [`${"x".repeat(252)}-yz`, "x".repeat(252)],
  ["$$", ""],
  ["", ""],
])("%j is none; the nearest one is %j", (text, name) => {
  expect(isObjectName(text)).toBe(false);
  expect(objectNameFrom(text)).toBe(name);
  expect(name === "" || isObjectName(name)).toBe(true);
});
