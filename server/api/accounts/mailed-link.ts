/** A link that is also sent by email, where a mail server is set up. */
import type { AccountMail, Letter } from '../../mail/account-mail.ts';
import type { LinkView } from '../views.ts';

/** Sends the letter. What goes wrong is told and no more: the link is there, and can be given by hand. */
export async function mailed(mail: AccountMail | null, letter: Letter): Promise<LinkView['mail']> {
  return mail && { to: letter.to, trouble: await mail.send(letter) };
}
