import { Panel, useReactFlow } from '@xyflow/react';
import { texts } from '../texts.ts';
import { IconButton } from '../ui/button.tsx';
import { fitting } from './fitting.ts';

/** Zoom in, zoom out, all of it. */
export function CanvasControls() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Panel position="bottom-left">
      <div className="flex rounded-xl border border-line bg-surface p-0.5 shadow-card">
        <IconButton icon="zoomOut" label={texts.canvas.zoomOut} onClick={() => void zoomOut()} />
        <IconButton icon="zoomIn" label={texts.canvas.zoomIn} onClick={() => void zoomIn()} />
        <IconButton icon="fit" label={texts.canvas.fit} onClick={() => void fitView(fitting)} />
      </div>
    </Panel>
  );
}
