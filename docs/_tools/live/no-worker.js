/* In place of the worker of the site (docs/_ext/kb/site/offline.py).  Whoever read the site at this port
   before has that worker, which would show old pages; this one takes its place, removes itself with
   all that was kept, and has the pages load again. */
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) await caches.delete(name);
      await registration.unregister();
      for (const page of await clients.matchAll({ type: "window" })) await page.navigate(page.url);
    })(),
  ),
);
