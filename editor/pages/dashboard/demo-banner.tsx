import { texts } from '../../texts.ts';
import { StatusBadge } from '../../ui/status-mark.tsx';

/** Nobody may take the demo's figures for their own. */
export const DemoBanner = () => (
  <p className="mb-4 flex items-start gap-2.5 text-sm text-pretty text-quiet">
    <StatusBadge tone="idle" icon={null}>
      {texts.demo.mark}
    </StatusBadge>
    <span>{texts.demo.line}</span>
  </p>
);
