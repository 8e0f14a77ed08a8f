/** Settings of a SyncFlow that sends emails about accounts, with links that lead back to it. */
import type { SmtpSandbox } from '#nodes/smtp/sandbox/sandbox.ts';
import { freePort } from '#test/server/free-port.ts';

export async function mailSettings({ url, input: { user = '' } }: SmtpSandbox) {
  const port = await freePort();
  return {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    MAIL_URL: url,
    MAIL_FROM: user,
  };
}
