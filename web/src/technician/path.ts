import { back as backTo } from '../kit/path.ts';

export { go, usePath } from '../kit/path.ts';

/** Back where one came from; a page opened by its address goes to its list. */
export const back = (): void =>
  backTo(
    location.pathname.startsWith('/m/approvals')
      ? '/m/approvals'
      : ['/m/attendance', '/m/daily'].includes(location.pathname)
        ? '/m/me'
        : '/m',
  );
