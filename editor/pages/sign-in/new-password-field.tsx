import { texts } from '../../texts.ts';
import { TextField } from '../../ui/text-field.tsx';

/** A password that one chooses now. */
export function NewPasswordField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <TextField
      label={texts.account.newPassword}
      about={texts.account.passwordRule}
      type="password"
      name="new-password"
      autoComplete="new-password"
      required
      minLength={12}
      maxLength={200}
      value={value}
      onChange={onChange}
    />
  );
}
