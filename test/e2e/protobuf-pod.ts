/**
 * A Pod in Kubernetes' protobuf encoding, as Go clients send it. The field numbers are those of
 * k8s.io/api/core/v1/generated.proto and k8s.io/apimachinery/pkg/runtime/generated.proto.
 */

/** The values that differ between Pods. */
export interface ProtobufPod {
  name: string;
  serviceAccountName: string;
  gmsaCredentialSpecName: string;
  gmsaCredentialSpec?: string;
}

/** The body of a request with the content type application/vnd.kubernetes.protobuf. */
export function protobufPod(pod: ProtobufPod): Buffer {
  const options = message([
    [1, pod.gmsaCredentialSpecName],
    ...(pod.gmsaCredentialSpec === undefined ? [] : [[2, pod.gmsaCredentialSpec] as const]),
  ]);
  const container = message([
    [1, "main"],
    [2, "image"],
  ]);
  const spec = message([
    [2, container],
    [8, pod.serviceAccountName],
    [14, message([[8, options]])],
    [38, message([[1, "example.com/never"]])],
  ]);
  const raw = message([
    [1, message([[1, pod.name]])],
    [2, spec],
  ]);
  const typeMeta = message([
    [1, "v1"],
    [2, "Pod"],
  ]);
  const unknown = message([
    [1, typeMeta],
    [2, raw],
  ]);
  return Buffer.concat([Buffer.from("k8s\0"), unknown]);
}

/** Encodes text and message fields, each with its length. */
function message(fields: readonly (readonly [number, string | Buffer])[]): Buffer {
  const parts = fields.flatMap(([number, value]) => {
    const bytes = Buffer.from(value);
    return [varint((number << 3) | 2), varint(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
