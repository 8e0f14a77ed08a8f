/** `/health`: this process answers. `/ready`: it can take work, so a balancer may send some. */
import { Router } from 'express';
import type { Database } from '#runtime/database/open-database.ts';

const PING_MS_MAX = 2_000;
const UNAVAILABLE = 503;

export function healthRoutes({ db }: Pick<Database, 'db'>): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ ok: true });
  });
  router.get('/ready', async (_request, response) => {
    const database = await db
      .command({ ping: 1 }, { timeoutMS: PING_MS_MAX })
      .then(({ ok }) => ok === 1)
      .catch(() => false);
    response.setHeader('cache-control', 'no-store');
    response.status(database ? 200 : UNAVAILABLE).json({ ready: database, database });
  });
  return router;
}
