import { webhookPort } from "../../../kube/webhook-port";

test("the webhook listens on WEBHOOK_PORT, or on Pepr's own port", () => {
  expect(webhookPort({ WEBHOOK_PORT: "10250" })).toBe(10250);
  expect(webhookPort({})).toBe(3000);
});

test.each(["", "0", "65536", "-1", "1e3", "https", "443 "])("%j is not a port", text => {
  expect(() => webhookPort({ WEBHOOK_PORT: text })).toThrow(
    `WEBHOOK_PORT must be a port from 1 to 65535, and is "${text}"`,
  );
});
