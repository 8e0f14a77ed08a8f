/** What of the editor is open besides the flow: dialogs, the palette, and what a refused wire said. */
import { create } from 'zustand';
import type { Wire } from '#runtime/flow/flow.ts';
import type { Place } from '../layout.ts';

export type Dialog =
  | 'commands'
  | 'connect'
  | 'add'
  | 'find'
  | 'runs'
  | 'shortcuts'
  | 'deploy'
  | 'versions'
  | 'import';

/** Where a node that is chosen from the list shall go. */
export interface AddTarget {
  readonly at: Place | null;
  /** The output from which a wire was dropped. */
  readonly from: { readonly nodeId: string; readonly output: string } | null;
  /** The wire on which it shall stand. */
  readonly wire: Wire | null;
}

export interface Refusal {
  readonly text: string;
  /** A node that would make it fit. */
  readonly converter: string | null;
  readonly wire: Wire;
  /** Pixels from the canvas's upper left corner. */
  readonly at: Place;
}

interface EditorUi {
  readonly dialog: Dialog | null;
  readonly add: AddTarget;
  readonly refusal: Refusal | null;
  readonly palette: boolean;
  /** The output that a wire is being dragged from. */
  readonly dragging: { readonly nodeId: string; readonly output: string } | null;
}

const NOWHERE: AddTarget = { at: null, from: null, wire: null };

export const useEditorUi = create<EditorUi>(() => ({
  dialog: null,
  add: NOWHERE,
  refusal: null,
  palette: true,
  dragging: null,
}));

export function openDialog(dialog: Dialog): void {
  useEditorUi.setState({ dialog, refusal: null, ...(dialog === 'add' && { add: NOWHERE }) });
}

/** Opens the list of nodes for one place. */
export function openAdd(add: Partial<AddTarget>): void {
  useEditorUi.setState({ dialog: 'add', refusal: null, add: { ...NOWHERE, ...add } });
}

export function closeDialog(): void {
  useEditorUi.setState({ dialog: null });
}
