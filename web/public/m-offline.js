// The phone without a network: the app itself, who is signed in, the plans and where the valves are (HOU-04a).
// What can be fetched is fetched; only what cannot be is taken from here. Signing out throws all of it away.
const store = 'guanjia-m-1';
const kept = [
  /^\/m(\/|$)/,
  /^\/assets\//,
  /^\/icon\.svg$/,
  /^\/api\/v1\/session$/,
  /^\/api\/v1\/plans$/,
  /^\/api\/v1\/shut-offs$/,
  /^\/api\/v1\/plans\/[^/]+\/picture$/,
  /^\/api\/v1\/plan-items\/[^/]+\/photo$/,
];

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('message', event => {
  if (event.data === 'forget') event.waitUntil(caches.delete(store));
});

async function answer(request, path) {
  // Every page of the phone is the same document.
  const key = request.mode === 'navigate' ? '/m' : request;
  const cache = await caches.open(store);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await cache.put(key, fresh.clone());
    else if (fresh.status === 401 && path === '/api/v1/session') await caches.delete(store);
    return fresh;
  } catch (error) {
    const old = await cache.match(key);
    if (old) return old;
    throw error;
  }
}

self.addEventListener('fetch', event => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (kept.some(form => form.test(url.pathname))) event.respondWith(answer(event.request, url.pathname));
});
