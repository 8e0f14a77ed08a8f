import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Icon } from '../../ui/icon.tsx';
import { showNode } from './canvas-view.ts';
import { choose } from './flow-state.ts';

/** What is wrong with the flow; each leads to the node where it is mended. */
export function ProblemList({ problems, onGo }: { problems: readonly FlowProblem[]; onGo: () => void }) {
  if (problems.length === 0) return <p className="text-quiet">{words.noProblems}</p>;
  return (
    <ul className="grid gap-1">
      {problems.map(({ nodeId, severity, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two problems of a node can have the same words
        <li key={`${nodeId} ${index}`}>
          <button
            type="button"
            onClick={() => {
              onGo();
              choose([nodeId]);
              showNode(nodeId);
            }}
            className="flex w-full items-start gap-2 rounded-lg px-2 py-1.5 text-left text-sm text-pretty hover:bg-sunken"
          >
            <Icon
              name={severity === 'error' ? 'bad' : 'warn'}
              size={16}
              className={`mt-0.5 ${severity === 'error' ? 'text-bad' : 'text-warn'}`}
            />
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}
