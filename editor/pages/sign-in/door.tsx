import type { ReactNode } from 'react';
import { Brand } from '../../shell/brand.tsx';
import { texts } from '../../texts.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { ThemeToggle } from '../../ui/theme-toggle.tsx';

/** The frame of what stands before the gate: our mark, one card, the theme. */
export function Door({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh grid-cols-1 place-items-center p-4">
      <div className="w-full max-w-md">
        <div className="mb-5 flex items-center gap-3">
          <Brand size={36} />
          <span className="text-xl font-semibold tracking-tight">{texts.product}</span>
        </div>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card">
          <PageHeader title={title} {...(about !== undefined && { about })} />
          {children}
        </div>
        <div className="mt-4 ml-auto w-72">
          <ThemeToggle />
        </div>
      </div>
    </main>
  );
}
