import { Link, useSearchParams } from 'react-router';
import { signIn } from '../../texts/sign-in.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Door } from './door.tsx';
import { PasswordForm } from './password-form.tsx';

const words = signIn.password;
const problems: Readonly<Record<string, string>> = { used: words.used, unknown: words.unknown };

/** By password, or by the link from the terminal, which the server deals with. */
export default function SignInPage({ signedIn }: { signedIn: boolean }) {
  const [params] = useSearchParams();
  const problem = problems[params.get('problem') ?? ''];
  return (
    <Door title={words.title}>
      {problem && (
        <p role="alert" className="mb-4 flex gap-2 rounded-lg bg-warn-soft p-3 text-sm text-warn">
          <Icon name="warn" className="mt-px" />
          {problem}
        </p>
      )}
      {signedIn && (
        <p className="mb-4 flex flex-wrap gap-x-2">
          {words.stillIn}
          <Link to="/" className="rounded font-medium text-accent underline">
            {texts.problem.toDashboard}
          </Link>
        </p>
      )}
      <PasswordForm />
      <p className="mt-4">
        <TextLink to="/forgotten">{words.forgot}</TextLink>
      </p>
      <details open={problem !== undefined} className="mt-5 border-t border-line pt-4">
        <summary className="cursor-pointer rounded font-medium">{words.terminal}</summary>
        <p className="mt-3">{words.lead}</p>
        <p className="mt-3 text-xs text-quiet">{words.example}</p>
        <p className="mt-1 overflow-x-auto rounded-lg bg-sunken px-3 py-2 font-mono text-sm whitespace-nowrap">
          {`${location.origin}/signin?token=…`}
        </p>
        <p className="mt-3 text-sm text-pretty text-quiet">{words.how}</p>
      </details>
    </Door>
  );
}
