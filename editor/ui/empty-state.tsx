import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

/** Says why there is nothing here, and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <span className="grid size-11 place-items-center rounded-full bg-sunken text-quiet">
        <Icon name={icon} size={22} />
      </span>
      <p className="mt-3 text-lg font-semibold">{title}</p>
      <div className="mt-1 max-w-md text-pretty text-quiet">{children}</div>
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
