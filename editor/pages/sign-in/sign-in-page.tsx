import { Link, useSearchParams } from 'react-router';
import { Brand } from '../../shell/brand.tsx';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ThemeToggle } from '../../ui/theme-toggle.tsx';

const problems: Readonly<Record<string, string>> = {
  used: texts.signIn.used,
  unknown: texts.signIn.unknown,
};

/** Says where the sign-in link stands. The link itself is dealt with by the server. */
export default function SignInPage({ signedIn }: { signedIn: boolean }) {
  const [params] = useSearchParams();
  const problem = problems[params.get('problem') ?? ''];
  return (
    <main className="grid min-h-dvh grid-cols-1 place-items-center p-4">
      <div className="w-full max-w-md">
        <div className="mb-5 flex items-center gap-3">
          <Brand size={36} />
          <span className="text-xl font-semibold tracking-tight">{texts.product}</span>
        </div>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card">
          <PageHeader title={texts.signIn.title} />
          {problem && (
            <p role="alert" className="mb-4 flex gap-2 rounded-lg bg-warn-soft p-3 text-sm text-warn">
              <Icon name="warn" className="mt-px" />
              {problem}
            </p>
          )}
          {signedIn && (
            <p className="mb-4 flex flex-wrap gap-x-2">
              {texts.signIn.stillIn}
              <Link to="/" className="rounded font-medium text-accent underline">
                {texts.problem.toDashboard}
              </Link>
            </p>
          )}
          <p className="font-medium">{texts.signIn.lead}</p>
          <p className="mt-4 text-xs text-quiet">{texts.signIn.example}</p>
          <p className="mt-1 overflow-x-auto rounded-lg bg-sunken px-3 py-2 font-mono text-sm whitespace-nowrap">
            {`${location.origin}/signin?token=…`}
          </p>
          <p className="mt-4 text-pretty text-quiet">{texts.signIn.how}</p>
        </div>
        <div className="mt-4 ml-auto w-72">
          <ThemeToggle />
        </div>
      </div>
    </main>
  );
}
