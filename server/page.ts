/** The built page: its files by name, and the page itself for every address that the page knows. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler, type Router } from 'express';
import { nonceOf } from './security-headers.ts';

/** As vite.config.ts has it put into index.html. */
const NONCE_PLACE = '__CSP_NONCE__';

export function pageOf(pageDir: string): Router {
  const router = express.Router();
  router.use(refuseToClimb);
  router.use(
    '/assets',
    express.static(join(pageDir, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  router.use(express.static(pageDir, { index: false, maxAge: '1h' }));
  router.get('/{*address}', async (_request, response, next) => {
    const page = await readFile(join(pageDir, 'index.html'), 'utf8').catch(() => null);
    if (page === null) {
      next();
      return;
    }
    // Each answer has a nonce of its own: it is good for nobody else, nor a second time.
    response.setHeader('cache-control', 'no-store');
    response.type('html').send(page.replaceAll(NONCE_PLACE, nonceOf(response)));
  });
  return router;
}

/** Neither a folder above, nor a hidden file: nobody who follows a link asks for it, and the page knows no such address. */
const CLIMBS = /(^|[/\\])\.|\0|\\/;

/** What is no address of the page is answered as what it is, and not with the page. */
const refuseToClimb: RequestHandler = (request, _response, next) => {
  const path = decoded(request.path);
  if (path === null || CLIMBS.test(path) || path.startsWith('//')) next('router');
  else next();
};

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
