import type { PipelineView, PortView } from '#server/api/views.ts';
import { formatDuration } from '../format/numbers.ts';
import { texts } from '../texts.ts';
import { StatusMark } from '../ui/status-mark.tsx';
import type { NodeView } from './flow-shape.ts';
import { nodeStatus } from './node-status.ts';
import { PortShape } from './port-shape.tsx';

const words = texts.canvas;

/** How the node does, what it is set to, and its ports. To be read only, for now. */
export function NodeSettings({ flow, node }: { flow: PipelineView; node: NodeView }) {
  const activity = flow.activity[node.id];
  const { tone, icon, text } = nodeStatus(activity, flow.state === 'paused');
  return (
    <div className="grid gap-5">
      <p className="flex justify-between text-sm">
        <StatusMark tone={tone} icon={icon}>
          {text}
        </StatusMark>
        {activity && activity.p95Ms !== null && (
          <span className="text-quiet">{words.p95(formatDuration(activity.p95Ms))}</span>
        )}
      </p>
      {node.settings.length === 0 ? (
        <p className="text-quiet">{words.noSettings}</p>
      ) : (
        <dl className="grid gap-3">
          {node.settings.map(({ title, value }) => (
            <div key={title}>
              <dt className="text-xs text-quiet">{title}</dt>
              <dd className="font-medium">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <section>
        <h3 className="mb-1.5 text-xs text-quiet">{words.ports}</h3>
        <ul className="grid gap-1.5">
          {node.trigger && <li className="text-sm">{words.started}</li>}
          <Ports ports={node.inputs} side={words.input} />
          <Ports ports={node.outputs} side={words.output} />
        </ul>
      </section>
      <p className="text-xs text-pretty text-quiet">{words.readOnly}</p>
    </div>
  );
}

const Ports = ({ ports, side }: { ports: readonly PortView[]; side: string }) =>
  ports.map(({ name, type }) => (
    <li key={name} className="flex items-center gap-2 text-sm">
      <PortShape type={type} />
      <span className="font-medium">{type}</span>
      <span className="text-quiet">
        {side} · {name}
      </span>
    </li>
  ));
