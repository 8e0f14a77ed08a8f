/** What services post to `/hooks/<type>/<connection>`: what became of a message, and who wants no more of them. */
import type { RequestHandler } from 'express';
import type { Db } from 'mongodb';
import { connectionById } from '#runtime/clients/connection-model.ts';
import type { HookNews } from '#runtime/clients/service.ts';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import { noteReport } from '#runtime/outbox/delivery-report.ts';
import { OptOuts } from '#runtime/outbox/opt-outs.ts';
import { spendToken } from '#runtime/outbox/spent-tokens.ts';
import { sendProblem } from '../problem.ts';
import type { IngressOptions } from './webhooks.ts';

/** Reports are few and small: each is checked against the connection as it is now, and noted before the answer. */
export function serviceHook(options: IngressOptions): RequestHandler {
  const { services, publicUrl, database, vault, log } = options;
  return async (request, response, next) => {
    const { channel: type = '', connection: id } = request.params;
    const service = services?.get(String(type));
    if (!service?.readHook || !publicUrl) {
      next();
      return;
    }
    const connectionId = ConnectionId.safeParse(id);
    const connection = connectionId.success ? await connectionById(database.models, connectionId.data) : null;
    if (connection?.channel !== type) {
      log.warn({ service: type, connection: id }, 'a service told of a connection that does not exist');
      sendProblem(
        response,
        404,
        'Unknown connection',
        'Nothing is connected at this address. Remove it at the service.',
      );
      return;
    }
    const { _id, clientId } = connection;
    const reading = service.readHook(
      {
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        url: `${publicUrl()}${request.originalUrl}`,
      },
      vault.open(_id, connection.secret),
    );
    const facts = { service: type, connection: _id, client: clientId };
    if (reading.kind === 'refused') {
      log.warn({ ...facts, reason: reading.reason }, 'what a service told was refused and not kept');
      sendProblem(response, reading.status, 'Refused', `${reading.reason} Nothing was kept.`);
      return;
    }
    if (reading.kind === 'ignored') {
      log.debug({ ...facts, reason: reading.reason }, 'a service told nothing that is kept');
      response.status(204).end();
      return;
    }
    const { token, news } = reading;
    if (token !== undefined && !(await spendToken(database.db, clientId, _id, token, request.body))) {
      log.warn(facts, 'a signature that was made for another text was refused');
      sendProblem(
        response,
        403,
        'Refused',
        'This signature came with another text before. Nothing was kept.',
      );
      return;
    }
    let isNews = false;
    for (const one of news) isNews = (await note(database.db, clientId, _id, one)) || isNews;
    if (isNews) options.reported?.(clientId);
    response.status(204).end();
  };
}

/** @returns whether a message is to be shown otherwise from now on. */
async function note(
  db: Db,
  clientId: ClientId,
  connectionId: ConnectionId,
  news: HookNews,
): Promise<boolean> {
  const optOuts = new OptOuts(db, clientId, connectionId);
  if (news.kind === 'opt-out') {
    await (news.wanted ? optOuts.remove(news.address) : optOuts.add(news.address));
    return false;
  }
  if (news.report.optedOut !== null) await optOuts.add(news.report.optedOut);
  return await noteReport(db, clientId, connectionId, news.report);
}
