import { placeholderName } from "../../../../rules/credspec/object-name";

test.each(["webapp1", "web.app-1", ""])("%j is no placeholder", name => {
  expect(placeholderName(name)).toBeUndefined();
});

// The API server refuses a name that no object can have, and accepts the others.
test.each([
  ["your-credspec", "warning"],
  ["<credspec>", "error"],
  ["${NAME}", "error"],
])("%j is a placeholder: %s", (name, level) => {
  expect(placeholderName(name)).toEqual({
    ...{ level, reason: "object name" },
    places: [{ path: ["metadata", "name"], text: "metadata.name" }],
    problem: `"${name}" is a placeholder that was not replaced`,
    remedy: "Write a name of your own, here and wherever Pods and roles name it.",
  });
});
