/** Whether the panel for trying the flow is open, and for what: apart from the panel, which is loaded when it is wanted. */
import { create } from 'zustand';

interface TrialPanel {
  readonly open: boolean;
  /** The event of a run that is to be tried on the draft at once. */
  readonly event: string | null;
  /** Only up to the chosen node. */
  readonly here: boolean;
}

export const useTrialPanel = create<TrialPanel>(() => ({ open: false, event: null, here: false }));

export function openTrial(wanted: Partial<Omit<TrialPanel, 'open'>> = {}): void {
  useTrialPanel.setState({ open: true, event: null, here: false, ...wanted });
}

export function closeTrial(): void {
  useTrialPanel.setState({ open: false, event: null, here: false });
}
