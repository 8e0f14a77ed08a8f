import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

const itemLook =
  'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-sunken';

/** A menu below (or above) its button. The arrow keys go through it, Esc closes it. */
export function Menu({
  trigger,
  startsOpen = true,
  children,
}: {
  trigger: ReactNode;
  /** It is loaded when it is asked for the first time, and then opens at once. */
  startsOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Root defaultOpen={startsOpen} modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-56 animate-fade rounded-xl border border-line bg-surface p-1.5 shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Does one thing, and closes the menu. */
export function MenuItem({
  icon,
  onChoose,
  children,
}: {
  icon: IconName;
  onChoose: () => void;
  children: string;
}) {
  return (
    <DropdownMenu.Item onSelect={onChoose} className={itemLook}>
      <Icon name={icon} size={16} className="text-quiet" />
      {children}
    </DropdownMenu.Item>
  );
}

/** One of several, with a tick at the chosen one. The menu stays open, so that the effect can be seen. */
export function MenuChoice<Value extends string>({
  title,
  value,
  options,
  onChoose,
}: {
  title: string;
  value: Value;
  options: readonly { readonly value: Value; readonly text: string; readonly icon: IconName }[];
  onChoose: (value: Value) => void;
}) {
  return (
    <DropdownMenu.RadioGroup value={value} aria-label={title}>
      <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-xs text-quiet">{title}</DropdownMenu.Label>
      {options.map((option) => (
        <DropdownMenu.RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => {
            event.preventDefault();
            onChoose(option.value);
          }}
          className={itemLook}
        >
          <Icon name={option.icon} size={16} className="text-quiet" />
          {option.text}
          <DropdownMenu.ItemIndicator className="ml-auto">
            <Icon name="check" size={16} className="text-accent" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** Sets two groups apart. */
export const MenuRule = () => <DropdownMenu.Separator className="my-1.5 border-t border-line" />;
