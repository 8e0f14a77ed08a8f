import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Keys } from '../../ui/keys.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { commandsHere } from './commands-here.ts';
import { closeDialog } from './editor-ui.ts';

const groups = ['add', 'change', 'arrange', 'look', 'flow'] as const;

/** Every command with its keys, made of the commands themselves. */
export const ShortcutsSheet = () => (
  <Sheet title={words.shortcuts} about={words.shortcutsAbout} onClose={closeDialog}>
    <div className="grid gap-5 p-5">
      {groups
        .filter((group) => commandsHere().some((command) => command.group === group && command.keys))
        .map((group) => (
          <section key={group} aria-label={words.keyGroups[group]}>
            <h3 className="mb-1 text-xs font-medium text-quiet">{words.keyGroups[group]}</h3>
            <dl>
              {commandsHere()
                .filter((command) => command.group === group && command.keys)
                .map(({ id, title, keys = [] }) => (
                  <div
                    key={id}
                    className="flex min-h-8 items-center justify-between gap-3 border-b border-line"
                  >
                    <dt className="text-sm">{title}</dt>
                    <dd className="flex gap-2">
                      {keys.map((combination) => (
                        <Keys key={combination} keys={combination} />
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
    </div>
  </Sheet>
);
