import { texts } from '../texts.ts';
import type { IconName } from '../ui/icon-paths.ts';
import type { MarkTone } from '../ui/status-mark.tsx';
import type { ActivityView } from './flow-shape.ts';

/** A mark: colour, icon and words. */
export interface NodeStatus {
  readonly tone: MarkTone;
  readonly icon: IconName;
  readonly text: string;
}

const words = texts.canvas;

/** The one mark of a card. What failed comes before what is switched off, and that before what went well. */
export function nodeStatus(activity: ActivityView | undefined, paused: boolean): NodeStatus {
  if (activity && activity.failed > 0)
    return { tone: 'bad', icon: 'bad', text: words.failed(activity.failed) };
  if (paused) return { tone: 'idle', icon: 'pause', text: words.paused };
  if (activity && activity.done > 0) return { tone: 'ok', icon: 'ok', text: words.done(activity.done) };
  return { tone: 'idle', icon: 'idle', text: words.idle };
}
