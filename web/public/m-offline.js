// The phone without a network: the app itself, who is signed in, the day's work and its log (FAC-03), the plans and the valves (HOU-04a).
// What can be fetched is fetched; only what cannot be is taken from here. Signing out throws all of it away.
importScripts('/push.js');

const store = 'guanjia-m-1';
const kept = [
  /^\/m(\/|$)/,
  /^\/assets\//,
  /^\/icon\.svg$/,
  /^\/api\/v1\/session$/,
  /^\/api\/v1\/tickets(\/[^/]+)?$/,
  /^\/api\/v1\/tickets\/[^/]+\/slips$/,
  /^\/api\/v1\/slip-forms$/,
  /^\/api\/v1\/ticket-tasks$/,
  /^\/api\/v1\/daily-(tasks|log)$/,
  /^\/api\/v1\/procedure-runs$/,
  /^\/api\/v1\/quotes$/,
  /^\/api\/v1\/files\/[^/]+$/,
  /^\/api\/v1\/plans$/,
  /^\/api\/v1\/shut-offs$/,
  /^\/api\/v1\/bill-rounds(\/[^/]+)?$/,
  /^\/api\/v1\/plans\/[^/]+\/picture$/,
  /^\/api\/v1\/plan-items\/[^/]+\/photo$/,
];

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('message', event => {
  if (event.data === 'forget') event.waitUntil(caches.delete(store));
});

/** What was kept must not set the clock: it says when it was asked, not what time it is. */
async function aged(old) {
  const headers = new Headers(old.headers);
  headers.delete('X-Server-Time');
  return new Response(await old.blob(), { status: old.status, statusText: old.statusText, headers });
}

/** The work of weeks is not kept: the oldest tickets and pictures go first. */
async function trim(cache) {
  const keys = await cache.keys();
  if (keys.length <= 600) return;
  const work = keys.filter(key => /\/api\/v1\/(tickets|procedure-runs|files)/.test(key.url));
  for (const key of work.slice(0, 200)) await cache.delete(key);
}

async function answer(request, path) {
  // Every page of the phone is the same document.
  const key = request.mode === 'navigate' ? '/m' : request;
  const cache = await caches.open(store);
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200) { // a piece of a recording is not the recording
      await cache.put(key, fresh.clone());
      await trim(cache);
    }
    else if (fresh.status === 401 && path === '/api/v1/session') await caches.delete(store);
    return fresh;
  } catch (error) {
    const old = await cache.match(key);
    if (old) return aged(old);
    throw error;
  }
}

self.addEventListener('fetch', event => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (kept.some(form => form.test(url.pathname))) event.respondWith(answer(event.request, url.pathname));
});
