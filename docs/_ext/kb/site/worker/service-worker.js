/* The book on the reader's device, see docs/_ext/kb/site/offline.py.  The build writes before this
   what is in the edition: KB_EDITION, its name, and KB_FILES, the digest of each file by its name.

   An edition is a cache of its own.  It is taken into use when each of its files is there with the
   digest that the list says, and never in part.  A tab that is open meanwhile keeps the edition
   of its page, whose scripts may ask for more; its next page is of the new one. */
"use strict";

const HOME = registration.scope;
const OURS = `kb ${HOME} `; // other sites of the same host have caches too
const EDITION = OURS + KB_EDITION;
const TABS = `${OURS}tabs`; // which edition a tab has; without an id, which was the last

/** The file of the edition at an address, as hosts spell it: "a/", "a/index.html", "a/index". */
function nameOf(address) {
  if (!address.startsWith(HOME)) return "";
  const path = new URL(address).pathname.slice(new URL(HOME).pathname.length);
  const name = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  return [name, `${name}.html`].find((one) => one in KB_FILES) || "";
}

// ---- Which edition a tab has ---------------------------------------------------------------------

const ofTab = (id) => `${HOME}?tab=${id}`;

async function noted(id) {
  const note = await caches.match(ofTab(id), { cacheName: TABS });
  return note ? note.text() : "";
}

async function note(id, edition) {
  await (await caches.open(TABS)).put(ofTab(id), new Response(edition));
}

async function forgetClosedTabs() {
  const tabs = await caches.open(TABS);
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const kept = new Set([ofTab(""), ...open.map(({ id }) => ofTab(id))]);
  for (const { url } of await tabs.keys()) if (!kept.has(url)) await tabs.delete(url);
}

// ---- A new edition -------------------------------------------------------------------------------

/** The digest of a file; of a page that of its body, since some hosts add to the head. */
async function digestOf(bytes, name) {
  const isPage = name.endsWith(".html");
  const told = isPage
    ? new TextEncoder().encode(new TextDecoder().decode(bytes).split("</head>").pop())
    : bytes;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", told));
  return [...sum.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The answer as one to keep, or nothing if it is not the file of this edition. */
async function ofEdition(answer, name) {
  if (!answer || !answer.ok) return null;
  const bytes = await answer.arrayBuffer();
  if ((await digestOf(bytes, name)) !== KB_FILES[name]) return null;
  // A page may not be answered by what came from another address, and so it is a new answer.  The
  // browser has to ask again: of its own memory it would give one edition's scripts to another.
  const headers = new Headers(answer.headers);
  headers.set("Cache-Control", "no-cache");
  return new Response(bytes, { headers });
}

/** Keep a file: what another edition has of it is not fetched again. */
async function keep(edition, name) {
  const address = HOME + name;
  const file =
    (await ofEdition(await caches.match(address), name)) ||
    (await ofEdition(await fetch(address, { cache: "no-cache" }), name));
  if (!file) throw new Error(`${name} is not as this edition has it`);
  await edition.put(address, file);
}

async function install() {
  await forgetClosedTabs();
  const edition = await caches.open(EDITION);
  try {
    await Promise.all(Object.keys(KB_FILES).map((name) => keep(edition, name)));
  } catch (error) {
    await caches.delete(EDITION);
    throw error; // the edition before stays; the browser tries again with the next page
  }
  await skipWaiting();
}

async function activate() {
  const before = await noted("");
  for (const { id } of before ? await clients.matchAll({ type: "window" }) : [])
    if (!(await noted(id))) await note(id, before);
  await note("", EDITION);
  const needed = new Set([EDITION, TABS]);
  const tabs = await caches.open(TABS);
  for (const { url } of await tabs.keys()) needed.add(await (await tabs.match(url)).text());
  for (const name of await caches.keys())
    if (name.startsWith(OURS) && !needed.has(name)) await caches.delete(name);
  await clients.claim();
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));

// ---- What a page asks for ------------------------------------------------------------------------

async function answer({ request, clientId, resultingClientId }, name) {
  let edition = EDITION;
  if (request.mode !== "navigate") edition = (await noted(clientId)) || EDITION;
  else if (registration.installing || registration.waiting) await note(resultingClientId, EDITION);
  const kept = await caches.match(HOME + name, { cacheName: edition });
  return kept || fetch(request);
}

addEventListener("fetch", (event) => {
  const name = event.request.method === "GET" && nameOf(event.request.url);
  if (name) event.respondWith(answer(event, name));
});
