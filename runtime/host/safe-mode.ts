/** Pauses, by name, a pipeline that ends its runner again and again, and tells people: everything else goes on. */

import { Alerts } from '../alerts/alerts.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId } from '../ids.ts';
import { pauseForSafety } from '../pipelines/pipeline-model.ts';
import { CrashLoopDetector } from './crash-loop.ts';
import type { Culprit } from './last-words.ts';

export interface SafeModeOptions {
  readonly database: Database;
  /** A pipeline of the client was paused. */
  readonly paused: (clientId: ClientId, pipelineName: string) => void;
}

export class SafeModeWatch {
  readonly #options: SafeModeOptions;
  readonly #detector = new CrashLoopDetector();

  constructor(options: SafeModeOptions) {
    this.#options = options;
  }

  /** A runner died of what this node did. @returns true when its pipeline was paused for it. */
  async died(culprit: Culprit, reason: string): Promise<boolean> {
    if (!this.#detector.isLoop(culprit)) return false;
    const { database, paused } = this.#options;
    const { clientId, pipelineId, nodeName } = culprit;
    const at = new Date();
    const text = `its node "${nodeName}" ended the process in which it runs again and again. It said last: ${firstLine(reason)}`;
    const name = await pauseForSafety(database.models, clientId, pipelineId, { reason: text, at });
    if (name === null) return false;
    paused(clientId, name);
    await new Alerts(database.db, clientId).raise(pipelineId, {
      key: `safe-mode:${pipelineId}:${at.getTime()}`,
      level: 'urgent',
      title: `The flow "${name}" was paused`,
      text: `It was paused since ${text} Every other flow goes on. What comes in for it is kept. Mend the flow and resume it.`,
      quietHours: 0,
    });
    return true;
  }
}

const LINE_MAX = 300;

function firstLine(reason: string): string {
  return (reason.split('\n')[0] ?? '').slice(0, LINE_MAX);
}
