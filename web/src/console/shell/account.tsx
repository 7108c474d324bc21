import { Link } from '@tanstack/react-router';
import { useId, useRef } from 'react';
import { useDuty } from '../../kit/duty.ts';
import { explain } from '../../kit/explain.ts';
import { Flip } from '../../kit/flip.tsx';
import { setLang, useLang } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import { setTheme, type Theme, useTheme } from '../../kit/prefs.ts';
import { useSession, useSignOut } from '../../kit/session.ts';
import { chooseCommunity, useCan, useCommunity } from '../session.ts';
import { Choice } from '../ui/field.tsx';
import { toast } from '../ui/toast.tsx';
import { t } from '../words/index.ts';

function Duty() {
  const duty = useDuty();
  if (!duty) return null;
  return (
    <label className="row line">
      <span className="grow">{t('account.duty')}</span>
      <Flip {...duty} refused={error => toast(explain(error))} />
    </label>
  );
}

function Prefs() {
  const lang = useLang();
  const theme = useTheme();
  return (
    <>
      <Choice<Theme>
        legend={t('account.theme')}
        name="theme"
        value={theme}
        onChange={setTheme}
        options={(['system', 'light', 'dark'] as const).map(value => ({ value, label: t(`theme.${value}`) }))}
      />
      <Choice
        legend={t('account.language')}
        name="lang"
        value={lang}
        onChange={next => void setLang(next)}
        options={[
          { value: 'zh', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
      />
    </>
  );
}

function CommunityPick() {
  const { communities } = useSession();
  const community = useCommunity();
  if (communities.length < 2) return null;
  return (
    <label className="row line">
      <span className="grow">{t('account.community')}</span>
      <select className="pick" value={community} onChange={e => chooseCommunity(e.target.value)}>
        {communities.map(c => (
          <option key={c.id} value={c.id}>
            {c.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function AccountMenu() {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { account } = useSession();
  const can = useCan();
  const signOut = useSignOut();
  const close = () => box.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        className="me"
        popoverTarget={id}
        aria-label={t('account.menu', { name: account.name })}
      >
        <Icon name="user" />
        <span className="cut">{account.name}</span>
      </button>
      <div ref={box} id={id} popover="auto" className="menu" role="group" aria-label={t('account.title')}>
        <p className="who">
          <b>{account.name}</b> <span className="dim3">{account.agentNo ?? account.username}</span>
        </p>
        <CommunityPick />
        <Duty />
        <Prefs />
        <ul className="menu-links">
          <li>
            <Link to="/console/account/devices" onClick={close}>
              {t('account.devices')}
            </Link>
          </li>
          <li>
            <Link to="/console/account/messages" onClick={close}>
              {t('reach.title')}
            </Link>
          </li>
          {can('approval.decide') && (
            <li>
              <Link to="/console/account/deputy" onClick={close}>
                {t('account.deputy')}
              </Link>
            </li>
          )}
          <li>
            <Link to="/console/account/security" onClick={close}>
              {t('account.security')}
            </Link>
          </li>
          <li>
            <Link to="/console/account/password" onClick={close}>
              {t('account.password')}
            </Link>
          </li>
          <li>
            <button type="button" className="link" onClick={() => void signOut()}>
              {t('account.sign_out')}
            </button>
          </li>
        </ul>
      </div>
    </>
  );
}
