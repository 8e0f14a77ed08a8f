import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

/** Tabs of one panel. The arrow keys go from one to the next. */
export function Tabs({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { readonly id: string; readonly title: string; readonly content: ReactNode }[];
}) {
  return (
    <Primitive.Root defaultValue={tabs[0]?.id ?? ''} className="flex min-h-0 grow flex-col">
      <Primitive.List aria-label={label} className="flex gap-4 border-b border-line px-4">
        {tabs.map(({ id, title }) => (
          <Primitive.Trigger
            key={id}
            value={id}
            className="-mb-px h-10 border-b-2 border-transparent text-sm font-medium text-quiet hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {title}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map(({ id, content }) => (
        <Primitive.Content
          key={id}
          value={id}
          className="relative min-h-0 grow overflow-y-auto p-4 -outline-offset-2"
        >
          {content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
