import { isApiError } from '../../kit/client.ts';
import { explain, lost } from '../../kit/explain.ts';
import { useLang } from '../../kit/i18n.ts';
import { t } from '../words/index.ts';
import { H1 } from './heading.tsx';

export function ErrorPage({ error, reset }: { error: unknown; reset?: () => void }) {
  useLang();
  const missing = isApiError(error) && lost(error);
  return (
    <main id="main" className="plain">
      <H1>{t(missing ? 'page.missing' : 'page.error')}</H1>
      <p>{explain(error)}</p>
      <p className="row">
        <button type="button" className="btn go" onClick={() => (reset ? reset() : location.reload())}>
          {t('error.retry')}
        </button>
        <a className="btn" href="/console/tickets">
          {t('page.to_tickets')}
        </a>
      </p>
    </main>
  );
}

export function NotFoundPage() {
  useLang();
  return (
    <main id="main" className="plain">
      <H1>{t('page.not_found')}</H1>
      <p>{t('page.not_found.why')}</p>
      <p>
        <a className="btn go" href="/console/tickets">
          {t('page.to_tickets')}
        </a>
      </p>
    </main>
  );
}
