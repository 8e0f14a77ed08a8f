/** `/signin?token=…`: the link that the terminal shows. */
import { Router } from 'express';
import { HOME_AGENCY } from '#runtime/ids.ts';
import { requestIdOf } from '../request-id.ts';
import type { Auth } from './auth.ts';
import { TERMINAL } from './principal.ts';

export function signInLinkRoute({ signInLink, sessions, cookies, audit }: Auth): Router {
  const router = Router();
  router.get('/signin', async (request, response, next) => {
    const { token } = request.query;
    if (typeof token !== 'string') {
      next();
      return;
    }
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-store');
    const taken = signInLink.take(token);
    if (taken !== 'right') {
      response.redirect(303, `/signin?problem=${taken}`);
      return;
    }
    const device = request.get('user-agent') ?? '';
    const address = request.ip ?? '';
    await audit.note(
      {
        agencyId: HOME_AGENCY,
        clientId: null,
        by: TERMINAL,
        action: 'get /signin',
        summary: 'Signs in by the link from the terminal',
        target: '/signin',
        sent: null,
        before: null,
        device,
        address,
        requestId: requestIdOf(response),
      },
      { outcome: 'done', reason: null, after: null },
    );
    cookies.set(response, await sessions.open(null, { device, address }));
    response.redirect(303, '/');
  });
  return router;
}
