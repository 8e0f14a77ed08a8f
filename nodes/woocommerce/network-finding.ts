/** Why no answer came at all: from what Node's fetch throws. */
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { finding } from './findings.ts';

/** OpenSSL's words for a chain that ends at the certificate itself, or at an authority that only its owner knows. */
const SELF_SIGNED = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']);
const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH)/;

export function networkFinding(error: unknown, visible: (text: string) => string): ConnectionFinding {
  const thrown: { name?: unknown; message?: unknown; cause?: unknown } = Object(error);
  if (thrown.name === 'TimeoutError') return finding('woocommerce.busy', 'no answer in time');
  const { code, message }: { code?: unknown; message?: unknown } = Object(thrown.cause ?? error);
  const what = visible(String(code ?? message ?? thrown.message ?? error));
  if (SELF_SIGNED.has(what)) return finding('woocommerce.self-signed');
  if (CERTIFICATE.test(what)) return finding('woocommerce.certificate', what);
  return finding('woocommerce.unreachable', what);
}
