import { useNavigate } from 'react-router';
import { texts } from '../texts.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuChoice, MenuItem, MenuRule } from '../ui/menu.tsx';
import { chooseTheme, themes, useTheme } from '../ui/theme.ts';
import { signOut } from './sign-out.ts';

/** Opens by itself, since it is loaded by the press on its button. */
export default function AccountMenu() {
  const navigate = useNavigate();
  const theme = useTheme((state) => state.theme);
  return (
    <Menu trigger={<IconButton icon="more" label={texts.nav.account} />}>
      <MenuChoice
        title={texts.theme.legend}
        value={theme}
        options={themes.map((value) => ({ value, text: texts.theme[value], icon: value }))}
        onChoose={chooseTheme}
      />
      <MenuRule />
      <MenuItem icon="mend" onChoose={() => void navigate('/settings')}>
        {texts.nav.settings}
      </MenuItem>
      <MenuItem icon="leave" onChoose={() => void signOut()}>
        {texts.nav.signOut}
      </MenuItem>
    </Menu>
  );
}
