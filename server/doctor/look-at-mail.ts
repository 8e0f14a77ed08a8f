/** Whether invitations and links for a new password can be emailed: the mail server is greeted, and nothing is sent. */
import { openAccountMail } from '../mail/account-mail.ts';
import type { Settings } from '../settings.ts';
import { type Finding, mend, well } from './finding.ts';

export async function lookAtMail(settings: Settings): Promise<Finding[]> {
  const mail = openAccountMail(settings);
  if (!mail) return [well('Mail', 'No mail server is set: invitations are links that people send on.')];
  const trouble = await mail.check();
  if (trouble === null) return [well('Mail', 'The mail server of MAIL_URL takes emails.')];
  return [
    mend(
      'Mail',
      trouble,
      'Without a mail server (both settings left out) links are shown, and people send them on.',
    ),
  ];
}
