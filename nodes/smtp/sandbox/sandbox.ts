/** A sandbox of a mail server: a real SMTP server on loopback (`smtp-server`), whose mailbox can be read. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface SmtpSandbox {
  readonly input: Readonly<Record<string, string>>;
  /** The same as one address, as the setting MAIL_URL has it. */
  readonly url: string;
  /** What arrived, with the recipients of its envelope. */
  readonly mails: readonly { readonly mail: ParsedMail; readonly to: readonly string[] }[];
  /** How the next messages go wrong after they were taken: a reply, or no answer at all. */
  misbehave(next: readonly (number | 'no answer')[]): void;
  close(): Promise<void>;
}

const USER = 'shop@example.com';
const PASSWORD = 'sandbox-password';

/** Recipients that begin with `busy` are refused with 452, with `nobody` by 550; senders that begin with `stranger` by 553. */
export async function openSmtpSandbox(port = 0): Promise<SmtpSandbox> {
  const mails: { mail: ParsedMail; to: readonly string[] }[] = [];
  const faults: (number | 'no answer')[] = [];
  const server = new SMTPServer({
    // TLS needs a certificate that programs trust; on loopback nobody listens in.
    hideSTARTTLS: true,
    authOptional: false,
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 200,
    onAuth: ({ username, password }, _session, done) => {
      if (username === USER && password === PASSWORD) done(null, { user: USER });
      else done(replyOf(535, '5.7.8 Username and Password not accepted'));
    },
    onMailFrom: ({ address }, _session, done) =>
      done(address.startsWith('stranger') ? replyOf(553, '5.7.1 Sender address rejected') : null),
    onRcptTo: ({ address }, _session, done) => {
      if (address.startsWith('busy')) done(replyOf(452, '4.2.2 Mailbox full'));
      else if (address.startsWith('nobody')) done(replyOf(550, '5.1.1 No such user here'));
      else done();
    },
    onData: (stream, session, done) => {
      void simpleParser(stream).then((mail) => {
        const fault = faults.shift();
        if (typeof fault === 'number') {
          done(replyOf(fault, 'as it was told to'));
          return;
        }
        mails.push({ mail, to: session.envelope.rcptTo.map(({ address }) => address) });
        if (fault === 'no answer') for (const connection of server.connections) connection.close();
        else done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${encodeURIComponent(USER)}:${PASSWORD}@127.0.0.1:${bound}?security=none`,
    input: {
      host: '127.0.0.1',
      port: String(bound),
      security: 'none',
      user: USER,
      password: PASSWORD,
      from: USER,
      fromName: 'Shop',
    },
    mails,
    misbehave: (next) => void faults.push(...next),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function replyOf(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
