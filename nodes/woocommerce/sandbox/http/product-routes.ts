/** `/products`: simple and variable products; by SKU also variations. */
import { Router } from 'express';
import { type BodyContext, productBody } from '../bodies/product-body.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Product } from '../state.ts';
import { runBatch } from './batch.ts';
import { idList, listAnswer, type Page, pageOf, window, withFields } from './list-page.ts';
import { changeProduct, createProduct } from './product-input.ts';
import { type ApiRequest, answering, type Stage } from './reply.ts';
import { notInSandbox, unknownId, WordPressError } from './wordpress-error.ts';

export function productRoutes(stage: Stage, context: BodyContext): Router {
  const router = Router();
  const { catalogue } = context;

  const list = answering(stage, (request) => {
    const page = pageOf(request);
    const { rows, total } = find(catalogue, request, page);
    const bodies = rows.map((row) => productBody(context, row));
    return listAnswer(`${stage.shop}/wp-json/wc/v3/products`, request, page, bodies, total);
  });
  const add = (body: unknown): object => {
    const product = createProduct(catalogue, body);
    stage.ground.announce('product.created', product.id);
    return productBody(context, product, 'edit');
  };
  const create = answering(stage, ({ body }) => ({ status: 201, body: add(body) }));
  const update = (id: number, body: unknown): object => {
    const product = own(catalogue, id);
    changeProduct(catalogue, product, body);
    return productBody(context, product, 'edit');
  };
  const batch = answering(stage, ({ body }) => runBatch(body, { create: add, update }));
  const read = answering(stage, (request) => {
    const product = catalogue.byId(request.ids.id ?? 0);
    if (!product) throw unknownId('product', 404);
    return { body: withFields(request, productBody(context, product)) };
  });
  const change = answering(stage, ({ ids, body }) => ({ body: update(ids.id ?? 0, body) }));

  const remove = answering(stage, ({ ids, query }) => {
    const product = own(catalogue, ids.id ?? 0);
    if (!['true', '1'].includes(query.force ?? '')) throw notInSandbox('the trash of products');
    const body = productBody(context, product);
    for (const id of product.variationIds) {
      const variation = catalogue.byId(id);
      if (variation) catalogue.remove(variation);
    }
    catalogue.remove(product);
    return { body };
  });

  router.route('/products').get(list).post(create);
  router.route('/products/batch').post(batch).put(batch).patch(batch);
  router.route('/products/:id').get(read).post(change).put(change).patch(change).delete(remove);
  return router;
}

/** Variations are changed below their parent only. */
function own(catalogue: Catalogue, id: number): Product {
  const product = catalogue.byId(id);
  if (!product) throw unknownId('product', 400);
  if (product.type === 'variation') {
    const message =
      'To manipulate product variations you should use the /products/<product_id>/variations/<id> endpoint.';
    throw new WordPressError(404, 'woocommerce_rest_invalid_product_id', message);
  }
  return product;
}

function find(catalogue: Catalogue, { query }: ApiRequest, page: Page): { rows: Product[]; total: number } {
  const ascending = query.order === 'asc';
  const include = idList(query.include);
  const skus = query.sku?.split(',');
  if (!include && !skus) {
    const shown = query.type ? catalogue.shown.filter(({ type }) => type === query.type) : catalogue.shown;
    return window(shown, page, ascending);
  }
  const bySku = skus?.flatMap((sku) => catalogue.bySku(sku.trim()) ?? []);
  const byId = include
    ?.flatMap((id) => catalogue.byId(id) ?? [])
    .filter((product) => product.type !== 'variation');
  const found = bySku && byId ? bySku.filter((product) => byId.includes(product)) : (bySku ?? byId ?? []);
  found.sort((one, other) => one.id - other.id);
  return window(found, page, ascending);
}
