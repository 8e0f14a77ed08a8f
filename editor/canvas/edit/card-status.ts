import { formatCount } from '../../format/numbers.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import type { NodeStatus } from '../node-status.ts';
import type { CardData } from './cards.ts';

const failingMin = 3;

/**
 * The one mark of a card; null when there is nothing to say. Precedence: not installed, switched off, fails again and
 * again, invalid, changed since the deploy, what it did in the last hour.
 */
export function cardStatus({ node, type, problems, activity, changed, paused }: CardData): NodeStatus | null {
  if (!type) return { tone: 'bad', icon: 'bad', text: words.notInstalled };
  if (node.disabled) return { tone: 'idle', icon: 'pause', text: words.switchedOff };
  if (activity && activity.failed >= failingMin)
    return { tone: 'bad', icon: 'bad', text: texts.canvas.failed(activity.failed) };
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) return { tone: 'bad', icon: 'warn', text: words.invalid(errors) };
  if (problems.length > 0) return { tone: 'warn', icon: 'warn', text: words.problems(0, problems.length) };
  if (changed) return { tone: 'idle', icon: 'mend', text: words.changedMark };
  if (!activity || activity.done + activity.failed === 0) return null;
  if (paused) return { tone: 'idle', icon: 'pause', text: texts.canvas.paused };
  const failed = activity.failed > 0 ? ` · ${formatCount(activity.failed)} failed` : '';
  return { tone: 'ok', icon: 'ok', text: `${texts.canvas.done(activity.done)}${failed}` };
}
