import { useEffect } from 'react';
import { create } from 'zustand';
import type { PresentMessage } from '#server/api/views.ts';
import { comeTo, onPresent } from '../../api/presence.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { useFlow } from './flow-state.ts';

const usePresent = create<{ readonly people: PresentMessage['people'] }>(() => ({ people: [] }));
const NOBODY = { people: [] };

/** Says where this page is while the flow is open, and hears who else is there. */
export function usePresence(flow: string): void {
  const node = useFlow((state) => state.chosen.at(-1) ?? null);
  useEffect(() => {
    onPresent(({ pipelineId, people }) => pipelineId === flow && usePresent.setState({ people }));
    return () => {
      onPresent(() => {});
      comeTo(null);
      usePresent.setState(NOBODY);
    };
  }, [flow]);
  useEffect(() => comeTo({ pipelineId: flow, node }), [flow, node]);
}

/** Who else looks at this flow, and what they have chosen. */
export function Present() {
  const people = usePresent((state) => state.people);
  const nodes = useFlow(({ graph }) => graph.nodes);
  if (people.length === 0) return null;
  return (
    <ul aria-label={words.presence} className="flex -space-x-1.5">
      {people.map(({ id, name, node }) => {
        const at = nodes.find((one) => one.id === node)?.name;
        const said = at === undefined ? name : words.presenceOn(name, at);
        return (
          <li key={id} title={said}>
            <Initials name={name} />
            <span className="sr-only">{said}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Those who have this node chosen, on its card. */
export function PresentAt({ node }: { node: string }) {
  // As text: a card is drawn again only when it changes.
  const names = usePresent(({ people }) =>
    people
      .filter((one) => one.node === node)
      .map(({ name }) => name)
      .join('\n'),
  );
  if (names === '') return null;
  return (
    <span className="absolute -top-3 left-3 flex -space-x-1.5" title={names}>
      {names.split('\n').map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name
        <Initials key={`${index} ${name}`} name={name} />
      ))}
      <span className="sr-only">{names}</span>
    </span>
  );
}

const Initials = ({ name }: { name: string }) => (
  <span
    aria-hidden="true"
    className="grid size-6 place-items-center rounded-full border-2 border-surface bg-accent text-2xs font-semibold text-paper"
  >
    {name
      .split(/\s+/)
      .map((word) => word[0])
      .slice(0, 2)
      .join('')
      .toUpperCase()}
  </span>
);
