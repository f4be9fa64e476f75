import { proxyOf } from "../../../kube/environment-proxy";

const PROXY = "http://proxy.example:3128";

function proxyFor(url: string, environment: Record<string, string>): string | undefined {
  return proxyOf(new URL(url), environment)?.href;
}

describe("the proxy of the environment", () => {
  test.each([
    ["https://a.example/x", { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ["https://a.example/x", { https_proxy: PROXY }, `${PROXY}/`],
    [
      "https://a.example/x",
      { HTTPS_PROXY: PROXY, https_proxy: "http://other.example" },
      `${PROXY}/`,
    ],
    ["https://a.example/x", { HTTPS_PROXY: "", https_proxy: PROXY }, `${PROXY}/`],
    ["https://a.example/x", { HTTP_PROXY: PROXY }, undefined],
    ["https://a.example/x", { ALL_PROXY: PROXY }, undefined],
    ["http://a.example/x", { HTTP_PROXY: PROXY }, `${PROXY}/`],
    ["http://a.example/x", { HTTP_PROXY: PROXY, REQUEST_METHOD: "GET" }, undefined],
    ["http://a.example/x", { HTTP_PROXY: "proxy.example:3128" }, `${PROXY}/`],
    ["http://a.example/x", { HTTP_PROXY: "proxy.example" }, "http://proxy.example/"],
    [
      "https://a.example/x",
      { HTTPS_PROXY: "socks5://proxy.example:1080" },
      "socks5h://proxy.example:1080",
    ],
    ["https://a.example/x", {}, undefined],
    ["https://localhost:6443", { HTTPS_PROXY: PROXY }, undefined],
    ["https://127.0.0.53", { HTTPS_PROXY: PROXY }, undefined],
    ["https://[::1]:6443", { HTTPS_PROXY: PROXY }, undefined],
    ["https://10.0.0.1", { HTTPS_PROXY: PROXY }, `${PROXY}/`],
  ])("for %s with %j is %s", (url, environment, expected) => {
    expect(proxyFor(url, environment)).toBe(expected);
  });

  test.each(["http://[", "ftp://proxy.example"])("must be an address: %s", HTTP_PROXY => {
    expect(() => proxyFor("http://a.example", { HTTP_PROXY })).toThrow("Invalid URL");
  });
});

describe("NO_PROXY", () => {
  test.each([
    ["https://a.example", "*", true],
    ["https://a.example", " other.example , A.example ", true],
    ["https://b.a.example", "a.example", true],
    ["https://ba.example", "a.example", false],
    ["https://b.a.example", ".a.example", true],
    ["https://a.example", ".a.example", false],
    ["https://b.a.example", "*.a.example", true],
    ["https://a.example", "*.a.example", false],
    ["https://a.example", "a.example:443", true],
    ["https://a.example:6443", "a.example:443", false],
    ["https://a.example:6443", "a.example:6443", true],
    ["http://a.example", "a.example:80", true],
    ["https://10.1.2.3", "10.0.0.0/8", true],
    ["https://11.1.2.3", "10.0.0.0/8", false],
    ["https://a.example", "10.0.0.0/8", false],
    ["https://10.1.2.3", "10.1.2.3", true],
    ["https://10.1.2.3:6443", "10.1.2.3:6443", true],
    ["https://10.1.2.3:6443", "10.1.2.3:443", false],
    ["https://10.1.2.3", "2.3", false],
    ["https://[fd00::7]", "fd00::/8", true],
    ["https://[fd00::7]", "fd00:0::7", true],
    ["https://[fd00::7]:6443", "[fd00::7]:6443", true],
    ["https://[fd00::7]", "[fd00::8]", false],
    ["https://a.example", ",,", false],
    ["https://a.example", ":443", false],
  ])("for %s is %s", (url, noProxy, isDirect) => {
    const proxy = proxyFor(url, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy });
    expect(proxy === undefined).toBe(isDirect);
  });
});
