/** `/signin?token=…`: the link that the terminal shows. */
import { Router } from 'express';
import type { Auth } from './auth.ts';

export function signInLinkRoute({ signInLink, sessions, cookies }: Auth): Router {
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
    cookies.set(response, await sessions.open(null, { device, address: request.ip ?? '' }));
    response.redirect(303, '/');
  });
  return router;
}
