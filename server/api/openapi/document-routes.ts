/** `GET /api/v1/openapi.json`, and `/api/v1/docs` for people. Both are open: they say nothing of anybody's data. */
import { Router } from 'express';
import type { Route } from '../route.ts';
import { openApiDocument } from './document.ts';
import { documentPage } from './page.ts';
import { PAGE_STYLE } from './page-style.ts';

export function documentRoutes(routes: readonly Route[], version: string): Router {
  const document = openApiDocument(routes, version);
  const page = documentPage(document);
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  router.get('/docs', (_request, response) => {
    response.type('html').send(page);
  });
  router.get('/docs.css', (_request, response) => {
    response.type('css').send(PAGE_STYLE);
  });
  return router;
}
