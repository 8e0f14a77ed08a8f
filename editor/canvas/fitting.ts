import type { FitViewOptions } from '@xyflow/react';

/** All of a flow with a margin, never larger than life. */
export const fitting: FitViewOptions = { padding: 0.12, maxZoom: 1 };
