import 'virtual:tokens.css';
import '../kit/parts.css';
import '../kit/phone.css';
import './resident.css';
import { createRoot } from 'react-dom/client';
import { startLang } from '../kit/i18n.ts';
import { applyPrefs } from '../kit/prefs.ts';
import { App } from './app.tsx';

applyPrefs();
await startLang();

createRoot(document.getElementById('root')!).render(<App />);
