import { lazy, Suspense, useState } from 'react';
import { texts } from '../texts.ts';
import { IconButton } from '../ui/button.tsx';

const loadMenu = () => import('./account-menu.tsx');
const AccountMenu = lazy(loadMenu);

/** The button of the menu with theme and sign-out. The menu itself is loaded at the first sign of interest. */
export function Account() {
  const [asked, setAsked] = useState(false);
  const button = (
    <IconButton
      icon="more"
      label={texts.nav.account}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => setAsked(true)}
    />
  );
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  );
}
