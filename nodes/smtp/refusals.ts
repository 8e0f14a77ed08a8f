/** What went wrong at a mail server, by nodemailer's codes and SMTP's replies (RFC 5321, 4.2; enhanced codes RFC 3463). */
import { InDoubt, Rejected, Retryable } from '#runtime/errors.ts';
import { rejectedFor } from '../kit/service-refusal.ts';

/** What nodemailer knows of a failure. */
interface SmtpFailure {
  readonly code?: string;
  /** The SMTP command that failed. */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message: string;
}

/** nodemailer's code for a message whose sender waits no longer. */
export const GIVEN_UP = 'EABORT';

/** nodemailer's words for trouble before anything was said; a connection that breaks later may have carried the message. */
const NOT_CONNECTED = /^(connect |getaddrinfo |Connection timeout|Greeting never received)/;

/** @param sends true: a message was to be sent, and may have been. */
export function troubleOf(error: unknown, host: string, sends: boolean): Error {
  if (error instanceof Rejected || error instanceof Retryable) return error;
  const { code = '', command = '', responseCode = 0, response = '', message } = Object(error) as SmtpFailure;
  const says = response ? ` It says: ${response.slice(0, 300)}` : '';
  if (code === 'EAUTH' || code === 'ENOAUTH' || responseCode === 535 || responseCode === 530) {
    return rejectedFor({
      reason: `${host} does not accept the user name and the password.${says}`,
      fix: 'Correct them and connect again; many providers want a password made for apps.',
      code: 'far-side.keys',
      concerns: 'connection',
    });
  }
  if (code === 'ETLS' || /certificate|wrong version number|ssl/i.test(message)) {
    return rejectedFor({
      reason: `No secure connection to ${host} could be made: ${message.slice(0, 200)}.`,
      fix: 'Choose the other kind of security (port 465: from the start, port 587: STARTTLS), or mend the certificate of the server.',
      code: 'far-side.address',
      concerns: 'connection',
    });
  }
  if (responseCode >= 500) return refused(host, responseCode, says, command);
  if (responseCode >= 400) {
    return new Retryable(`${host} takes nothing just now (${responseCode}).${says}`, {
      code: 'far-side.unavailable',
    });
  }
  if (code === GIVEN_UP) {
    return sends
      ? new InDoubt(`${host} came to no end in time: it may have got the email.`, { cause: error })
      : new Retryable(`${host} came to no end in time.`, { code: 'far-side.unreachable', cause: error });
  }
  if (sends && code !== 'EDNS' && !NOT_CONNECTED.test(message)) {
    return new InDoubt(`${host} got the email, but no answer came (${code || message}).`, { cause: error });
  }
  return new Retryable(`${host} could not be reached (${code || message}).`, {
    code: 'far-side.unreachable',
    cause: error,
  });
}

function refused(host: string, status: number, says: string, command: string): Rejected {
  if (status === 552 || /5\.3\.4|too large/i.test(says)) {
    return rejectedFor({
      reason: `${host} finds the email too large (${status}).`,
      fix: 'Shorten its text.',
      code: 'far-side.refused',
      concerns: 'call',
    });
  }
  if (command === 'MAIL FROM') {
    return rejectedFor({
      reason: `${host} does not let you send from this address (${status}).${says}`,
      fix: 'Connect again with an address that belongs to the user.',
      code: 'far-side.rights',
      concerns: 'connection',
    });
  }
  if (command === 'RCPT TO') {
    return rejectedFor({
      reason: `${host} does not know the recipient, or sends nothing there (${status}).${says}`,
      fix: 'Correct the address in the node or in the preferences, then send again.',
      code: 'far-side.refused',
      concerns: 'call',
    });
  }
  return rejectedFor({
    reason: `${host} refused the email (${status}).${says}`,
    fix: 'Mend what it names, then send again; spam filters give a reason here.',
    code: 'far-side.refused',
    concerns: 'call',
  });
}
