/** `/signin?token=…` from the terminal's link, and signing out. */
import { Router } from 'express';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';

export function authRoutes(sessions: Sessions, secure: boolean): Router {
  const router = Router();

  router.get('/signin', async (request, response, next) => {
    const { token } = request.query;
    if (typeof token !== 'string') {
      next();
      return;
    }
    const signedIn = await sessions.signIn(token);
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-store');
    if (typeof signedIn === 'string') {
      response.redirect(303, `/signin?problem=${signedIn}`);
      return;
    }
    response.cookie(SESSION_COOKIE, signedIn.token, {
      httpOnly: true,
      sameSite: 'lax',
      secure,
      maxAge: signedIn.ms,
      path: '/',
    });
    response.redirect(303, '/');
  });

  router.post('/api/v1/signout', async (request, response) => {
    await sessions.signOut(request.headers.cookie);
    response.clearCookie(SESSION_COOKIE, { path: '/' });
    response.status(204).end();
  });

  return router;
}
