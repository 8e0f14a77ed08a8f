import { ChannelMark, hasChannelMark } from '../ui/channel-mark.tsx';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import type { NodeView } from './flow-shape.ts';

const groups: Readonly<Record<NodeView['group'], IconName>> = {
  Channels: 'channels',
  Stock: 'stock',
  Decide: 'decide',
  Tell: 'alerts',
  Reports: 'reports',
};

/** The channel's mark for its own nodes (`shopify-order-placed`), else the icon of the node's group. */
export function FlowCardIcon({ node }: { node: Pick<NodeView, 'type' | 'group'> }) {
  const channel = node.type.split(/[-./:]/)[0] ?? '';
  if (hasChannelMark(channel)) return <ChannelMark channel={channel} size={32} />;
  return (
    <span className="grid size-8 shrink-0 place-items-center rounded-md bg-sunken text-quiet">
      <Icon name={groups[node.group]} />
    </span>
  );
}
