import 'virtual:tokens.css';
import '../kit/parts.css';
import '../kit/phone.css';
import { createRoot } from 'react-dom/client';
import { startLang } from '../kit/i18n.ts';
import { applyPrefs } from '../kit/prefs.ts';
import { watchTwice } from '../kit/twice.ts';
import { App } from './app.tsx';

applyPrefs();
watchTwice();
await startLang();
// Without a network the phone still shows the plans; a browser that cannot keep them goes on without.
navigator.serviceWorker?.register('/m-offline.js', { scope: '/m' }).catch(() => undefined);

createRoot(document.getElementById('root')!).render(<App />);
