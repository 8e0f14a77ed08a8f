import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { serviceSetting } from '../kit/connection-setting.ts';
import { defineNode } from '../kit/define-node.ts';
import { AnyPort, SamePort } from '../kit/port-types.ts';
import { evaluate, expression } from '../logic/expression.ts';

const SECOND_MS = 1_000;
const LOWEST_REFUSAL = 400;
const writes = { method: ['POST', 'PUT', 'PATCH', 'DELETE'] };

/** Calls an HTTP API. */
export const httpRequest = defineNode({
  type: 'http-request',
  title: 'HTTP request',
  summary: 'Calls an API of your choice',
  help: 'GET asks the API and sends its answer on: "answered" with status, body, and the message as "item"; what the API refuses (4xx) leaves by "refused". The other methods change something: they are written down, the message goes on by "sent" at once, and the request is made from the outbox, with an Idempotency-Key that is the same at every try. Example: GET with the path "/prices/" + sku. The address is that of the connection; keys stand in no flow.',
  group: 'Tell',
  effect: 'message',
  input: AnyPort,
  outputs: { answered: AnyPort, refused: AnyPort, sent: SamePort },
  config: z.object({
    connection: serviceSetting(['http'], {
      title: 'API',
      needed: 'choose an API',
      empty: 'None yet',
      help: 'A connection of the kind "HTTP API".',
    }),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET').meta({ title: 'Method' }),
    path: expression(
      { title: 'Path', needed: 'say what is called', help: 'Below the base address: "/stock/" + sku' },
      '"/"',
    ),
    body: expression({
      title: 'Body',
      empty: 'The whole message',
      help: 'An object, such as {"sku": sku, "quantity": available}.',
      when: writes,
    }),
    whenInDoubt: z
      .enum(['ask', 'again'])
      .default('ask')
      .meta({
        title: 'When no answer came',
        words: { ask: 'A person decides', again: 'Send it again' },
        help: 'Send again where the API knows the Idempotency-Key, or where twice is as good as once.',
        when: writes,
      }),
    timeout: z
      .int()
      .min(1)
      .max(60)
      .default(20)
      .meta({ title: 'Wait at most', unit: 's', when: { method: ['GET'] } }),
  }),
  describe: ({ method, path, connection }) => (connection ? `${method} ${path}` : 'Calls nothing yet'),
  run: async ({ input, config, context }) => {
    const connectionId = ConnectionId.parse(config.connection);
    const path = pathOf(config.path, input);
    if (config.method === 'GET') {
      const timeoutMs = config.timeout * SECOND_MS;
      const answer = await context.effects.read({ connectionId, path, timeoutMs, signal: context.signal });
      const said = { status: answer.status, body: answer.body, item: input };
      return answer.status < LOWEST_REFUSAL ? { answered: said } : { refused: said };
    }
    const body = config.body.trim() === '' ? { ...input } : evaluate(config.body, input);
    await context.effects.send({
      key: context.key,
      effect: 'http-request',
      connectionId,
      subject: `${config.method} ${path.split('?')[0] ?? ''}`.slice(0, 200),
      payload: {
        method: config.method,
        path,
        body: config.method === 'DELETE' && config.body.trim() === '' ? null : body,
      },
      whenInDoubt: config.whenInDoubt,
    });
    return { sent: input };
  },
});

function pathOf(text: string, item: Readonly<Record<string, unknown>>): string {
  const path = evaluate(text, item);
  if (typeof path === 'string') return path;
  throw new Rejected(`The path ${text} is no text for this message.`, {
    code: 'item.shape',
    fix: 'Make it one, such as "/stock/" + sku.',
  });
}
