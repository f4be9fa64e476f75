/**
 * Finds placeholders from guides and templates that were not replaced: `<X>`, YOUR_X, `$X`, `${X}`,
 * `{{ X }}`, `...`, CHANGEME, and words in capitals that guides use for a value.
 */

const ANYWHERE: readonly RegExp[] = [
  /<[^<>]*>/, // <domain>
  /\$\{[^}]*\}/, // ${DOMAIN}
  /\$\([\w.-]+\)/, // $(DOMAIN)
  /\$[A-Z][A-Z\d_]{2,}/, // ObjectId=$MANAGED_ID
  /\{\{.*?\}\}/s, // {{ .Values.domain }}
  /\$\[\[.*?\]\]|\[\[.*?\]\]/s,
  /#\{[^}]*\}#?/, // #{domain}#
  /%[A-Za-z_]\w*%/, // %DOMAIN%
  /__[A-Za-z]\w*?__/, // __DOMAIN__
  /@[A-Z_]{2,}@/, // @DOMAIN@
  /#[A-Z_]{2,}#/, // #DOMAIN#
  /\(\([A-Za-z][\w.-]*\)\)/, // ((domain))
  /\{(?![\da-z]{8}-[\da-z]{4}-)[a-z_][\w.-]*\}/i, // {domain}, but not a GUID in braces, even a wrong one
  /\$env:\w+/i, // $env:DOMAIN
  // Written as an escape: with a character beyond Latin-1, Node.js reads the whole program as UTF-16.
  /\.\.\.|\u2026/,
  /x{3,}(?:-x{3,})+/i, // xxxxxxxx-xxxx-xxxx
  /^S-1-5-21-(?:\d+-){0,2}[a-z#?*]{2,}/i, // S-1-5-21-XXXX-YYYY-ZZZZ
  /&lt;.*?&gt;/, // copied from the source of a web page
  /\{%.*?%\}/s,
  /^\$[A-Za-z_]\w*(?=[.@\\/-])/, // $domain.com
  /(?:^|[^a-z])(?:insert|enter|put|add|type)[-_ ].*[-_ ]here(?:[^a-z]|$)/i,
  /^[a-z]+[-_]here$/i,
  /(?:^|[^a-z])to[-_ ]be[-_ ](?:replaced|filled|set|defined|determined|changed)(?:[^a-z]|$)/i,
  /^placeholder(?:[^a-z]|$)/i,
  /\.tld$/i,
  /(?:^|[^a-z])(?:change|replace|fill|insert|put|set)[-_ ]?(?:me|this|it|here)(?:[^a-z]|$)/i,
  /(?:^|[^a-z])(?:replace|insert|enter|fill[-_ ]?in)[-_ ](?:with|your|the|my)(?:[^a-z]|$)/i,
  // YOUR_DOMAIN, YOURDOMAIN_FQDN, but not YOURI
  /(?<![A-Za-z])YOUR(?![A-Z](?![A-Z\d_-]))[A-Z\d]*(?:[-_][A-Z\d]+)*(?![a-z])/,
  /(?<![a-z])your(?:domain|company|org|organi[sz]ation|forest|account|gmsa|netbios)/i,
  /(?<![a-z])your[-_ ](?:[a-z\d]+(?:[-_][a-z\d]+)*)?/i, // your-domain.com
];

const WHOLE: readonly RegExp[] = [
  /^\$[A-Za-z_]\w*$/, // $DOMAIN
  /^\[[A-Za-z][\w .-]*\]$/, // [domain]
  /^(?:todo|fixme|tb[ad]|redacted|xxx+|n\/a|\*{2,}|\?+)$/i,
  /^(?:SID|GUID|UUID|FQDN)$/,
  // gMSA-ACCOUNT-SID, DOMAIN_GUID, NETBIOS_DOMAIN_NAME, SECRET-ARN: words that name a field of a
  // credential spec
  /^(?:[a-z]?[A-Z]{2,}\d*[-_])+(?:SID|GUID|NAME|FQDN|ARN|DOMAIN|ACCOUNT|NETBIOS|USERNAME)$/,
  /^(?:SID|GUID|FQDN|NETBIOS|ARN)[-_](?:OF[-_])?[A-Z_-]+$/,
];

/**
 * Matches every text that one of the patterns matches, and more. Most texts are not placeholders, so one
 * test is usually enough.
 */
const PERHAPS = new RegExp([...ANYWHERE, ...WHOLE].map(({ source }) => source).join("|"), "is");

/** Results for earlier texts, because the same domains and accounts occur many times. */
const asked = new Map<string, string | undefined>();
/** The cache is cleared when it has this many texts. */
const MOST_TEXTS = 10_000;
const LONGEST_KEPT = 100;
/**
 * The rest of a longer text is not searched: for some of the patterns, the time grows with the square of the
 * length, which the creator of a Pod chooses.
 */
const LONGEST_SEARCHED = 4096;

/** The part of a text that is a placeholder; undefined if there is none. */
export function placeholderIn(text: string): string | undefined {
  if (text.length > LONGEST_KEPT) return look(text.slice(0, LONGEST_SEARCHED));
  if (asked.has(text)) return asked.get(text);
  if (asked.size === MOST_TEXTS) asked.clear();
  const found = look(text);
  asked.set(text, found);
  return found;
}

function look(text: string): string | undefined {
  if (!PERHAPS.test(text.trim())) return undefined;
  for (const form of ANYWHERE) {
    const part = form.exec(text)?.[0];
    if (part !== undefined) return part;
  }
  return WHOLE.some(form => form.test(text.trim())) ? text.trim() : undefined;
}
