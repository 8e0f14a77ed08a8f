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
    write: async (call) => {
      const service = serviceOf(call);
      const mail = mailOf(call);
      const to = await stillWanted(call);
      return { receipt: await service.send({ ...mail, to }, call) };
    },
    probe: async (call) => (await serviceOf(call).wasSent?.(mailOf(call), call)) ?? 'unknown',
  });
}

/** Those who did not unsubscribe. @throws {Rejected} when that leaves nobody. */
async function stillWanted({ payload: { to }, far: { optOuts } }: OutsideCall<Mail>): Promise<string[]> {
  const wanted: string[] = [];
  for (const address of to) if (!(await optOuts?.has(address.toLowerCase()))) wanted.push(address);
  if (wanted.length > 0) return wanted;
  throw new Rejected('The recipient unsubscribed, or marked an earlier email as spam, and wants no more.', {
    code: 'far-side.refused',
    fix: 'Reach them another way. If they ask for emails again, let them have them on the page Connections.',
    concerns: 'call',
  });
}

function mailOf({ payload: { to, subject, content }, key }: OutsideCall<Mail>): OutgoingMail {
  return { to, subject, html: htmlOf(subject, content), text: textOf(content), key };
}
