// Notifications: what the server sends is shown in its reader's language, and a touch opens its page. The
// phone's worker without a network (m-offline.js) takes this in; the other faces register it by itself.
function read(event) {
  try {
    return event.data?.json() ?? {};
  } catch {
    return {};
  }
}

self.addEventListener('push', event => {
  const message = read(event);
  // A browser that shows nothing for a push may lose the right to receive any.
  event.waitUntil(
    self.registration.showNotification(message.title || '管家', {
      body: message.body || '',
      lang: message.lang || 'zh',
      tag: message.tag || undefined,
      renotify: Boolean(message.tag),
      icon: '/icon.svg',
      data: { url: message.url || '' },
    }),
  );
});

/** Only a page of this program: an address of elsewhere opens nothing. */
function page(url) {
  if (typeof url !== 'string' || !/^\/(console|m|r)(\/|$)/.test(url)) return new URL(self.registration.scope).pathname;
  return url;
}

async function open(url) {
  const face = `/${url.split('/')[1]}`;
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const same = windows.find(w => new URL(w.url).pathname === url);
  if (same) return same.focus();
  const own = windows.find(w => new URL(w.url).pathname.split('/')[1] === face.slice(1));
  try {
    if (own) {
      await own.focus();
      return await own.navigate(url);
    }
  } catch {
    // A window of another worker cannot be led; a new one can be opened.
  }
  return self.clients.openWindow(url);
}

self.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(open(page(event.notification.data?.url)));
});
