/** Counts the module's calls to the API server with the API server's own metrics. */

/** Requests counted since the API server started. */
export interface ApiCalls {
  credspecGets: number;
  accessReviews: number;
}

/**
 * Parses the API server's metrics.
 *
 * @param metrics in the text format of Prometheus.
 */
export function apiCallsIn(metrics: string): ApiCalls {
  return {
    credspecGets: total(metrics, {
      group: "windows.k8s.io",
      resource: "gmsacredentialspecs",
      verb: "GET",
    }),
    accessReviews: total(metrics, {
      group: "authorization.k8s.io",
      resource: "subjectaccessreviews",
      verb: "POST",
    }),
  };
}

/** The calls made between two readings. */
export function elapsedCalls(before: ApiCalls, after: ApiCalls): ApiCalls {
  return {
    credspecGets: after.credspecGets - before.credspecGets,
    accessReviews: after.accessReviews - before.accessReviews,
  };
}

/** Sums apiserver_request_total over all series with the given labels. */
function total(metrics: string, labels: Record<string, string>): number {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return metrics
    .split("\n")
    .filter(line => line.startsWith("apiserver_request_total{"))
    .filter(line => wanted.every(label => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
