/** The tracker on the real Node-RED: shapes of flows and manners of nodes, its own core nodes among them. */
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import runtime from '@node-red/runtime';
import type { FlowNode, Message } from '@node-red/util';
import { Execution } from './execution.ts';
import { deployFlows, initRuntime, startRuntime } from './node-red.ts';
import { Tracker } from './tracker.ts';

const IDLE_MS = 800;
/** Node-RED loads its own nodes by a dynamic import, which Jest does not know: here they are registered by hand. */
const CORE_NODES = [
  'common/05-junction',
  'common/24-complete',
  'common/25-catch',
  'common/25-status',
  'common/60-link',
  'function/10-switch',
  'function/15-change',
  'function/89-delay',
  'sequence/17-split',
];
const load = createRequire(import.meta.url);
type Manner = (
  node: FlowNode,
  message: Message,
  send: (out: Message) => void,
  done: (error?: unknown) => void,
) => unknown;

/** What a node does with a message, by name. */
const MANNERS: Readonly<Record<string, Manner>> = {
  pass: (_node, message, send, done) => {
    send(message);
    done();
  },
  'pass later': (_node, message, send, done) => {
    setTimeout(() => {
      send(message);
      done();
    }, 30);
  },
  'new message later': (_node, { payload }, send, done) => {
    setTimeout(() => {
      send({ payload });
      done();
    }, 30);
  },
  'two sends of one object': (_node, message, send, done) => {
    send(message);
    send(message);
    done();
  },
  'three new': (_node, _message, send, done) => {
    for (const payload of [1, 2, 3]) send({ payload });
    done();
  },
  nothing: (_node, _message, _send, done) => done(),
  throws: () => {
    throw new Error('thrown at once');
  },
  rejects: async () => {
    await wait(5);
    throw new Error('rejected');
  },
  'fails by done': (_node, _message, _send, done) => done(new Error('told by done')),
  'reports without done': (node, message) => node.error('reported', message),
  'never done': () => {},
  'done twice': (_node, message, send, done) => {
    send(message);
    done();
    done();
  },
  'done before send': (_node, message, send, done) => {
    done();
    setTimeout(() => send(message), 60);
  },
};

const received: unknown[] = [];
const finished: string[] = [];
let lost: [string, string][] = [];
let tracker: Tracker;
let own: FlowNode | undefined;

beforeAll(async () => {
  tracker = new Tracker(
    {
      delivered: () => {},
      worked: (_execution, node) => finished.push(node.id),
      lost: (node, how) => lost.push([node.id, how]),
    },
    IDLE_MS,
  );
  initRuntime((entry) => tracker.logged(entry));
  const { createNodeApi } = load('@node-red/registry/lib/util') as { createNodeApi(of: object): object };
  for (const id of CORE_NODES)
    (load(`@node-red/nodes/core/${id}.js`) as (api: object) => void)(createNodeApi({ id, namespace: id }));
  addType('manner', function (this: FlowNode, { manner }: { manner: string }) {
    this.on('input', (message, send, done) =>
      MANNERS[manner]?.(this, message, send as unknown as (out: Message) => void, done),
    );
  });
  addType('legacy', function (this: FlowNode & { send(out: Message): void }) {
    this.on('input', ((message: Message) => this.send(message)) as never);
  });
  addType('end', function (this: FlowNode) {
    this.on('input', (message, _send, done) => {
      received.push(message.payload);
      done();
    });
  });
  // As Node-RED's switch: one parameter, and one message of its queue at each turn.
  addType('queue', function (this: FlowNode & { send(out: Message): void }) {
    const queue: Message[] = [];
    const next = () => {
      const [message] = queue;
      if (!message) return;
      if (message.payload === 'bad') this.error('that was bad', message);
      else this.send(message);
      setImmediate(() => {
        queue.shift();
        next();
      });
    };
    this.on('input', ((message: Message) => {
      if (queue.push(message) === 1) next();
    }) as never);
  });
  addType('own timer', function (this: FlowNode) {
    own = this;
    this.on('input', (_message, _send, done) => done());
  });
  await startRuntime();
});
afterAll(async () => {
  await runtime.stop();
  tracker.dispose();
});
beforeEach(() => {
  received.length = 0;
  finished.length = 0;
  lost = [];
});

function addType(type: string, build: (this: never, config: never) => void): void {
  runtime._.nodes.registerType('test', `test-${type}`, function (this: never, config: never) {
    runtime._.nodes.createNode(this, config);
    build.call(this, config);
  });
}

const node = (id: string, type: string, wires: readonly (readonly string[])[], config: object = {}) => ({
  id,
  type,
  z: 'tab',
  wires,
  x: 0,
  y: 0,
  ...config,
});
const manner = (id: string, how: string, ...to: string[]) => node(id, 'test-manner', [to], { manner: how });
const end = (id = 'end') => node(id, 'test-end', []);
const split = {
  splt: '\\n',
  spltType: 'str',
  arraySplt: 1,
  arraySpltType: 'len',
  stream: false,
  addname: '',
};
const join = {
  mode: 'auto',
  build: 'object',
  property: 'payload',
  propertyType: 'msg',
  key: 'topic',
  timeout: '',
};
const delay = (pauseType: string, config: object) => ({
  pauseType,
  timeout: '30',
  timeoutUnits: 'milliseconds',
  rate: '50',
  nbRateUnits: '1',
  rateUnits: 'second',
  drop: false,
  outputs: 1,
  ...config,
});

let flows = 0;
async function deploy(nodes: readonly ReturnType<typeof node>[]): Promise<void> {
  // Another label each time, so that every node is made anew.
  flows += 1;
  await deployFlows([
    { id: 'tab', type: 'tab', label: `${flows}`, env: [{ name: 'N', value: `${flows}`, type: 'str' }] },
    ...nodes,
  ]);
}
async function run(payload: unknown = 1, id = `run-${flows}-${Math.random()}`): Promise<Execution> {
  const first = runtime._.nodes.getNode('in');
  if (!first) throw new Error('the flow has no node "in"');
  return await tracker.run(first, { payload }, new Execution(id, null));
}
const errorsOf = ({ failures }: Execution) =>
  failures.map(({ error }) => (error instanceof Error ? error.message : String(error)));

describe('an execution ends with its last branch', () => {
  test.each<[string, readonly ReturnType<typeof node>[], unknown, readonly unknown[]]>([
    ['a line', [manner('in', 'pass', 'b'), manner('b', 'pass', 'end'), end()], 1, [1]],
    [
      'branches of different length that meet again',
      [
        manner('in', 'pass', 'b', 'c', 'end'),
        manner('b', 'pass later', 'c'),
        manner('c', 'pass later', 'end'),
        end(),
      ],
      1,
      [1, 1, 1],
    ],
    [
      'a branch that ends in a node without a word',
      [manner('in', 'pass', 'b', 'end'), manner('b', 'nothing', 'end'), end()],
      1,
      [1],
    ],
    [
      'new messages, sent later',
      [manner('in', 'new message later', 'b'), manner('b', 'new message later', 'end'), end()],
      1,
      [1],
    ],
    [
      'one object that is sent twice',
      [manner('in', 'two sends of one object', 'b'), manner('b', 'pass later', 'end'), end()],
      1,
      [1, 1],
    ],
    [
      'a node that calls done twice',
      [manner('in', 'done twice', 'b'), manner('b', 'pass later', 'end'), end()],
      1,
      [1],
    ],
    [
      'an old node, that knows no done',
      [node('in', 'test-legacy', [['b']]), manner('b', 'pass later', 'end'), end()],
      1,
      [1],
    ],
    [
      'split, work and join',
      [
        node('in', 'split', [['b']], split),
        manner('b', 'pass later', 'c'),
        node('c', 'join', [['end']], join),
        end(),
      ],
      [1, 2, 3],
      [[1, 2, 3]],
    ],
    ['delay', [node('in', 'delay', [['end']], delay('delay', {})), end()], 1, [1]],
    [
      'a queue with a rate',
      [manner('in', 'three new', 'b'), node('b', 'delay', [['end']], delay('rate', {})), end()],
      1,
      [1, 2, 3],
    ],
    [
      'switch, with and without a match',
      [
        manner('in', 'three new', 'b'),
        node('b', 'switch', [['end']], {
          property: 'payload',
          propertyType: 'msg',
          rules: [{ t: 'eq', v: '2', vt: 'num' }],
          checkall: 'true',
          outputs: 1,
        }),
        end(),
      ],
      1,
      [2],
    ],
    [
      'change, and a junction',
      [
        node('in', 'change', [['b']], {
          rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '7', tot: 'num' }],
        }),
        node('b', 'junction', [['end']]),
        end(),
      ],
      1,
      [7],
    ],
    [
      'link call, and its return',
      [
        node('in', 'link call', [['end']], { links: ['li'], linkType: 'static', timeout: '30' }),
        node('li', 'link in', [['b']], { links: [] }),
        manner('b', 'pass later', 'lo'),
        node('lo', 'link out', [], { mode: 'return', links: [] }),
        end(),
      ],
      1,
      [1],
    ],
    [
      'link out to another place',
      [
        manner('in', 'pass', 'lo'),
        node('lo', 'link out', [], { mode: 'link', links: ['li'] }),
        node('li', 'link in', [['b']], { links: ['lo'] }),
        manner('b', 'pass later', 'end'),
        end(),
      ],
      1,
      [1],
    ],
    [
      'what a complete node begins',
      [
        manner('in', 'pass later', 'x'),
        manner('x', 'nothing'),
        node('done', 'complete', [['b']], { scope: ['in'], uncaught: false }),
        manner('b', 'pass later', 'end'),
        end(),
      ],
      1,
      [1],
    ],
  ])('%s', async (_name, nodes, payload, expected) => {
    await deploy(nodes);
    const execution = await run(payload);
    // Nothing more comes after its end.
    const atEnd = [...received];
    await wait(150);
    expect(received).toEqual(atEnd);
    expect([received, lost, errorsOf(execution)]).toEqual([expected, [], []]);
    expect([execution.state, errorsOf(execution), lost]).toEqual(['done', [], []]);
  });

  test('a hundred side by side through a join and a queue, each with its own parts', async () => {
    await deploy([
      node('in', 'split', [['b']], split),
      manner('b', 'pass later', 'c'),
      node('c', 'join', [['q']], join),
      node('q', 'delay', [['end']], delay('rate', { rate: '1000' })),
      end(),
    ]);
    const executions = await Promise.all(
      Array.from({ length: 100 }, (_, index) => run([index, index], `many-${index}`)),
    );
    expect(executions.every(({ state }) => state === 'done')).toBe(true);
    expect(received).toHaveLength(100);
    expect(received.every((parts) => (parts as number[])[0] === (parts as number[])[1])).toBe(true);
    expect(lost).toEqual([]);
  });
});

describe('an execution fails', () => {
  test.each([
    ['throws', 'thrown at once'],
    ['rejects', 'rejected'],
    ['fails by done', 'told by done'],
    ['reports without done', 'reported'],
  ])('by a node that %s', async (how, text) => {
    await deploy([
      manner('in', 'pass', 'bad', 'b'),
      manner('bad', how),
      manner('b', 'pass later', 'end'),
      end(),
    ]);
    const execution = await run();
    expect(execution.state).toBe('failed');
    expect(errorsOf(execution)).toEqual([expect.stringContaining(text)]);
    expect(execution.failures[0]?.nodeId).toBe('bad');
    // The other branch comes to its end all the same.
    expect(received).toEqual([1]);
  });

  test.each(['throws', 'rejects', 'fails by done', 'reports without done'])(
    'not by a node that %s where a catch node takes it, and ends with what the catch began',
    async (how) => {
      await deploy([
        manner('in', how),
        node('c', 'catch', [['b']], { scope: null, uncaught: false }),
        manner('b', 'pass later', 'end'),
        end(),
      ]);
      const execution = await run();
      expect([execution.state, errorsOf(execution)]).toEqual(['done', []]);
      expect(received).toEqual([1]);
    },
  );

  test('by what its catch branch fails by', async () => {
    await deploy([
      manner('in', 'throws'),
      node('c', 'catch', [['b']], { scope: ['in'], uncaught: false }),
      manner('b', 'fails by done'),
    ]);
    expect(errorsOf(await run())).toEqual([expect.stringContaining('told by done')]);
  });

  test('when a node never says that it is done: after a time without anything, and the node is named', async () => {
    await deploy([
      manner('in', 'pass', 'b', 'stuck'),
      { ...manner('stuck', 'never done'), name: 'The stuck one' } as never,
      manner('b', 'pass later', 'end'),
      end(),
    ]);
    const startedMs = Date.now();
    const execution = await run();
    expect(errorsOf(execution)).toEqual([expect.stringContaining('still at work: The stuck one')]);
    expect(Date.now() - startedMs).toBeGreaterThan(IDLE_MS);
    expect(received).toEqual([1]);
  });

  test('when a join waits for parts that never come', async () => {
    await deploy([
      node('in', 'split', [['b']], split),
      node('b', 'switch', [['c']], {
        property: 'payload',
        propertyType: 'msg',
        rules: [{ t: 'neq', v: '2', vt: 'num' }],
        checkall: 'true',
        outputs: 1,
      }),
      node('c', 'join', [['end']], join),
      end(),
    ]);
    expect(errorsOf(await run([1, 2, 3]))).toEqual([expect.stringContaining('nothing happened for')]);
  });

  test('when it is given up, and what still comes of it is dropped', async () => {
    await deploy([manner('in', 'pass later', 'end'), end()]);
    const execution = new Execution('given-up', null);
    const first = runtime._.nodes.getNode('in') as FlowNode;
    const ended = tracker.run(first, { payload: 1 }, execution);
    tracker.giveUp(execution, new Error('interrupted'));
    expect(errorsOf(await ended)).toEqual(['interrupted']);
    await wait(100);
    expect([received, lost]).toEqual([[], [['in', 'late']]]);
  });
});

test('an error of a message that waited in the queue of a node belongs to its own execution', async () => {
  await deploy([node('in', 'test-queue', [['end']]), end()]);
  const [first, second, third] = await Promise.all([run('good'), run('bad'), run('good')]);
  expect([first, second, third].map(({ state }) => state)).toEqual(['done', 'failed', 'done']);
  expect(second && errorsOf(second)).toEqual(['that was bad']);
  expect(received).toEqual(['good', 'good']);
});

describe('messages that nobody can follow are dropped and told of', () => {
  test('one that is sent when its execution has ended', async () => {
    await deploy([manner('in', 'done before send', 'end'), end()]);
    expect((await run()).state).toBe('done');
    await wait(120);
    expect([received, lost]).toEqual([[], [['in', 'late']]]);
  });

  test('one that comes of no execution', async () => {
    await deploy([node('in', 'test-own timer', [['end']]), end()]);
    (own as FlowNode & { send(out: Message): void }).send({ payload: 'by itself' });
    await wait(30);
    expect([received, lost]).toEqual([[], [['in', 'orphan']]]);
  });
});
