import { useState } from 'react';

/**
 * For what opens from a button and is loaded only then: whether it was asked for, and what the button says of it. It is
 * fetched at the first sign of interest.
 */
export function useAsked(load: () => Promise<unknown>) {
  const [asked, setAsked] = useState(false);
  const interest = {
    onPointerEnter: () => void load(),
    onFocus: () => void load(),
    onClick: () => setAsked(true),
  };
  return { asked, interest };
}
