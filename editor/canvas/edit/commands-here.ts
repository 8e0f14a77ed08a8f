/** The commands of whoever is at the flow: who may not build it looks at it, and changes nothing. */
import { type Command, commands } from './commands.ts';
import { useFlow } from './flow-state.ts';

const LOOKING = new Set(['copy', 'all', 'versions', 'export']);
const looking = commands.filter(({ id, group }) => group === 'look' || LOOKING.has(id));

export function commandsHere(): readonly Command[] {
  return useFlow.getState().readOnly ? looking : commands;
}
