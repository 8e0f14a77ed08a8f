/** `/products/<id>/variations`. */
import { Router } from 'express';
import type { BodyContext } from '../bodies/product-body.ts';
import { variationBody } from '../bodies/variation-body.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Product } from '../state.ts';
import { runBatch } from './batch.ts';
import { idList, listAnswer, pageOf, window, withFields } from './list-page.ts';
import { changeProduct, createVariation } from './product-input.ts';
import { answering, type Stage } from './reply.ts';
import { unknownId } from './wordpress-error.ts';

export function variationRoutes(stage: Stage, context: BodyContext): Router {
  const router = Router();
  const { catalogue } = context;

  const list = answering(stage, (request) => {
    const page = pageOf(request);
    const parentId = request.ids.productId ?? 0;
    const wanted = idList(request.query.include);
    const ids = (catalogue.byId(parentId)?.variationIds ?? []).filter((id) => !wanted || wanted.includes(id));
    const { rows, total } = window(ids, page, request.query.order === 'asc');
    const bodies = rows.map((id) => variationBody(context, variation(catalogue, parentId, id, 404)));
    const collection = `${stage.shop}/wp-json/wc/v3/products/${parentId}/variations`;
    return listAnswer(collection, request, page, bodies, total);
  });
  /** Since 10.3: the variations of all products in one list (class-wc-rest-variations-controller.php). */
  const all = answering(stage, (request) => {
    const page = pageOf(request);
    const { rows, total } = window(catalogue.variations, page, request.query.order === 'asc');
    const bodies = rows.map((row) => variationBody(context, row));
    return listAnswer(`${stage.shop}/wp-json/wc/v3/variations`, request, page, bodies, total);
  });
  const add = (parentId: number, body: unknown): object => {
    const parent = catalogue.byId(parentId);
    if (parent?.type !== 'variable') throw unknownId('product', 404);
    const made = createVariation(catalogue, parent, body);
    stage.ground.announce('product.created', made.id);
    return variationBody(context, made, 'edit');
  };
  const update = (parentId: number, id: number, body: unknown): object => {
    const product = variation(catalogue, parentId, id, 400);
    changeProduct(catalogue, product, body);
    return variationBody(context, product, 'edit');
  };
  const create = answering(stage, ({ ids, body }) => {
    return { status: 201, body: add(ids.productId ?? 0, body) };
  });
  const batch = answering(stage, ({ ids, body }) => {
    const parentId = ids.productId ?? 0;
    const actions = {
      create: (item: unknown) => add(parentId, item),
      update: (id: number, item: unknown) => update(parentId, id, item),
    };
    return { ...runBatch(body, actions) };
  });
  const read = answering(stage, (request) => {
    const product = variation(catalogue, request.ids.productId ?? 0, request.ids.id ?? 0, 404);
    return { body: withFields(request, variationBody(context, product)) };
  });
  const change = answering(stage, ({ ids, body }) => {
    return { body: update(ids.productId ?? 0, ids.id ?? 0, body) };
  });

  const path = '/products/:productId/variations';
  router.route('/variations').get(all);
  router.route(path).get(list).post(create);
  router.route(`${path}/batch`).post(batch).put(batch).patch(batch);
  router.route(`${path}/:id`).get(read).post(change).put(change).patch(change);
  return router;
}

function variation(catalogue: Catalogue, parentId: number, id: number, status: 400 | 404): Product {
  const product = catalogue.byId(id);
  if (product?.type !== 'variation' || product.parentId !== parentId)
    throw unknownId('product_variation', status);
  return product;
}
