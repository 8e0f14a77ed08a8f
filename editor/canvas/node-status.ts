import type { IconName } from '../ui/icon-paths.ts';
import type { MarkTone } from '../ui/status-mark.tsx';

/** A mark: colour, icon and words. */
export interface NodeStatus {
  readonly tone: MarkTone;
  readonly icon: IconName;
  readonly text: string;
}
