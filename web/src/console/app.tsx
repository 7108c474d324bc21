import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import ConfigProvider from 'antd/es/config-provider';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import theme from 'antd/es/theme';
import { useLang } from '../kit/i18n.ts';
import { useMode } from '../kit/prefs.ts';
import { watchSession } from '../kit/session.ts';
import { antdTheme } from '../tokens.ts';
import { client } from './queries.ts';
import { router } from './router.tsx';

watchSession(client);

const themes = {
  light: { ...antdTheme('light'), algorithm: theme.defaultAlgorithm },
  dark: { ...antdTheme('dark'), algorithm: theme.darkAlgorithm },
};

export function App() {
  const lang = useLang();
  const mode = useMode();
  return (
    <ConfigProvider
      theme={themes[mode]}
      locale={lang === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}
