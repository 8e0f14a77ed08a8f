import type { ExecutionRow } from '#server/api/views.ts';
import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

/** The sentences of the executions page. */
export const executions = {
  title: 'Executions',
  about: 'Every run of a flow, newest first: what it was for, how long it took, and what went in and out.',
  search: 'Order number or SKU',
  flow: 'Flow',
  allFlows: 'All flows',
  failed: 'Failed only',
  subject: 'For',
  took: 'Took',
  ended: 'Ended',
  state: 'State',
  states: { done: 'Done', failed: 'Failed' } satisfies Record<ExecutionRow['state'], string>,
  noSubject: 'Run',
  messages: (n: number) => count(n, 'message', 'messages'),
  tries: (n: number) => (n === 1 ? 'first try' : `try ${formatCount(n)}`),
  one: (flow: string) => flow,
  oneAbout: (subject: string, at: string) => `${subject === '' ? 'A run' : subject} · ${at}`,
  failure: 'Why it failed',
  fix: 'What to do',
  onCanvas: 'Show it on the drawing of the flow',
  otherClients: 'With other clients',
  onDraft: 'Try its event on the draft',
  nodes: 'Nodes',
  notReached: 'not reached',
  worked: (done: number, failed: number) =>
    failed > 0 ? `${formatCount(done)} done, ${formatCount(failed)} failed` : `${formatCount(done)} done`,
  steps: 'Steps',
  notKept:
    'What went in and out of this run was not kept: that is done for all failures, for the newest runs and for some of the others.',
  more: (n: number) => `${count(n, 'more step', 'more steps')} not kept.`,
  input: 'Got',
  output: (name: string) => `Gave by “${name}”`,
  nothingOut: 'Gave nothing on.',
  none: 'Nothing ran yet',
  noneAbout: 'A run appears here as soon as an event starts a flow.',
  noneFound: 'No run fits this filter',
  noneFoundAbout: 'Search looks for order numbers, and for whole SKUs.',
} as const;
