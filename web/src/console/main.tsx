import 'virtual:tokens.css';
import '../kit/parts.css';
import './console.css';
import { createRoot } from 'react-dom/client';
import { startLang } from '../kit/i18n.ts';
import { applyPrefs } from '../kit/prefs.ts';
import { watchTwice } from '../kit/twice.ts';
import { App } from './app.tsx';
import { watchFigures } from './ui/figures.ts';

applyPrefs();
watchFigures();
watchTwice();
await startLang();
createRoot(document.getElementById('root')!).render(<App />);
