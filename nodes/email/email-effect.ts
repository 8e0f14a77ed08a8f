/** The outside effect "email": written in our look, sent by whichever mail service the connection is to. */
import { Rejected } from '#runtime/errors.ts';
import { MAIL_EFFECT, Mail } from '#runtime/outbox/mail.ts';
import { defineOutsideEffect, type OutsideCall, type OutsideEffect } from '#runtime/outbox/outside-effect.ts';
import { htmlOf } from './html-template.ts';
import type { MailService, OutgoingMail } from './mail-service.ts';
import { textOf } from './text-template.ts';

/** What a mail service took shows in its events within about a minute. */
const SETTLE_MS = 60_000;

/** @param services every mail service that there is. */
export function emailEffect(services: readonly MailService[]): OutsideEffect {
  const byType = new Map(services.map((service) => [service.type, service]));
  const serviceOf = ({ far }: OutsideCall<Mail>): MailService => {
    const service = byType.get(far.type);
    if (service) return service;
    throw new Rejected(`A connection of the kind "${far.type}" can't send emails.`, {
      code: 'far-side.unable',
      fix: `Choose a connection to ${services.map(({ title }) => title).join(' or ')}.`,
      concerns: 'call',
    });
  };
  return defineOutsideEffect<Mail>({
    type: MAIL_EFFECT,
    title: 'Email',
    payload: Mail,
    deduplicates: false,
    settleMs: SETTLE_MS,
    write: async (call) => ({ receipt: await serviceOf(call).send(mailOf(call), call) }),
    probe: async (call) => (await serviceOf(call).wasSent?.(mailOf(call), call)) ?? 'unknown',
  });
}

function mailOf({ payload: { to, subject, content }, key }: OutsideCall<Mail>): OutgoingMail {
  return { to, subject, html: htmlOf(subject, content), text: textOf(content), key };
}
