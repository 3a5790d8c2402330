/* Keeps the book on the reader's device, so that it can be read and searched without a network, and
   be installed (see docs/_ext/kb/site/offline.py).  Not from disk, where it is there already, and
   not where the reader asks sites to save data. */
(() => {
  "use strict";
  const root = new URL("..", document.currentScript.src);
  const { connection } = navigator;
  if (root.protocol === "file:" || (connection && connection.saveData)) return;
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register(new URL("service-worker.js", root));
      await navigator.serviceWorker.ready;
      // Now that it costs no request.  A page from disk may not name one: browsers refuse it.
      const link = document.createElement("link");
      link.rel = "manifest";
      link.href = new URL("manifest.webmanifest", root);
      document.head.append(link);
    } catch {
      // This browser cannot, or its reader forbids it: the site is read as ever.
    }
  });
})();
