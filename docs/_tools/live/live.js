/* The socket from a page to `make live`: a changed page arrives as text and is put in place of the old one.

   Only the parts of the article that differ are exchanged, so that the reader's place, open boxes and
   listeners stay.  Where more has changed than the article, or where a script has rebuilt that part of the page,
   the page is loaded again; browsers keep the place then, too. */
(() => {
  "use strict";

  const me = document.currentScript;
  const page = me.dataset.page;
  // Scripts that do not build anything from the article; where any other runs, the page is loaded again.
  const HARMLESS =
    /\/(early|offline|theme_fixes|documentation_options|doctools|sphinx_highlight|design-tabs|controls|bootstrap|pydata-sphinx-theme|sphinx-book-theme|cards|claims|search|how_to_cite|live)\.js/;
  // What the harmless ones have given listeners.
  const WIRED = ".sd-tab-set, form, button";
  const ARTICLE = "article.bd-article";
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  let before = null; // the page as it came, without what scripts have made of it
  const arrived = fetch(location.pathname)
    .then((answer) => answer.text())
    .then((html) => {
      before ??= parse(html);
      // The page was written again between the two requests.
      if (before.querySelector("script[data-version]").dataset.version !== me.dataset.version) before = null;
    })
    .catch(() => {});

  // What the server adds, what a preview leaves out since no eye sees it, and digests of files.
  const UNSEEN = [
    /<(script|link) [^>]*\/\.live\/[^>]*>(<\/script>)?\s*/g,
    /\s*<script type="application\/ld\+json">.*?<\/script>/gs,
    /\s*<link rel="alternate" type="text\/markdown"[^>]*>/g,
    /\?v=\w+/g,
  ];

  // The page without its article.
  const frame = (page) => {
    const copy = page.documentElement.cloneNode(true);
    copy.querySelector(ARTICLE)?.replaceChildren();
    return UNSEEN.reduce((html, part) => html.replace(part, ""), copy.outerHTML);
  };

  // The smallest pairs of nodes that differ, each with its like in the page as it is now; null where there is no like.
  const differing = (old, fresh, live, found) => {
    if (old.isEqualNode(fresh)) return true;
    const alike = (a, b) => a.nodeName === b.nodeName && a.childNodes.length === b.childNodes.length;
    const same = (a, b) => alike(a, b) && a.cloneNode(false).isEqualNode(b.cloneNode(false));
    if (old.nodeType === Node.ELEMENT_NODE && same(old, fresh) && alike(old, live)) {
      return [...old.childNodes].every((child, i) => differing(child, fresh.childNodes[i], live.childNodes[i], found));
    }
    if (old.nodeName !== live.nodeName || old.textContent !== live.textContent) return false;
    found.push([live, fresh]);
    return true;
  };

  const reload = (why) => {
    console.info(`make live: loaded again, since ${why}`);
    location.reload();
  };

  const keepingPlace = (act) => {
    const anchors = [...document.querySelectorAll(`${ARTICLE} [id]`)];
    const last = anchors.filter((node) => node.getBoundingClientRect().top < 1).pop();
    const top = last?.getBoundingClientRect().top;
    act();
    const now = last && document.getElementById(last.id)?.getBoundingClientRect().top;
    if (now !== undefined && now !== top) scrollBy({ top: now - top, behavior: "instant" });
  };

  const exchange = async (html) => {
    await arrived;
    const fresh = parse(html);
    const scripts = [...document.scripts].map((script) => script.src);
    const [old, wanted, live] = [before, fresh, document].map((one) => one?.querySelector(ARTICLE));
    if (!old || !wanted || !live || scripts.some((src) => src && !HARMLESS.test(src))) return reload("a script builds on the article");
    if (frame(before) !== frame(fresh)) return reload("more than the article has changed");
    const found = [];
    if (!differing(old, wanted, live, found)) return reload("a script has rebuilt that part");
    if (found.some(([node]) => node.parentElement.closest(WIRED) || node.querySelector?.(WIRED))) return reload("that part has listeners");
    before = fresh;
    keepingPlace(() => found.forEach(([node, by]) => node.replaceWith(document.importNode(by, true))));
    dispatchEvent(new CustomEvent("live-shown"));
  };

  const restyle = (name) => {
    const link = document.querySelector(`link[rel=stylesheet][href*="${name}"]`);
    if (!link) return;
    const next = link.cloneNode();
    next.href = `${link.href.replace(/\?.*/, "")}?live=${Date.now()}`;
    next.onload = () => link.remove();
    link.after(next);
  };

  const make = (name, className, words = "") => {
    const node = document.createElement(name);
    node.className = className;
    node.textContent = words;
    return node;
  };

  let panel = null;
  const showFaults = (faults) => {
    panel?.remove();
    panel = null;
    if (!faults.length) return;
    panel = make("section", "live-faults");
    panel.setAttribute("role", "alert");
    panel.setAttribute("aria-label", "What make live found");
    const list = make("ul", "");
    for (const fault of faults) {
      // The place first, and no word such as "WARNING" or "Text error": the panel itself says that something is wrong.
      const [, where = "", what] = fault.match(/^(?:[A-Z][\w ]*? error: )?(\S+?:\d+:)?\s*(?:WARNING: |ERROR: )?(.*)$/s);
      const item = make("li", "");
      if (where) item.append(make("strong", "", where), " ");
      item.append(what);
      list.append(item);
    }
    panel.append(make("p", "", "Not built yet. The last good build is shown."), list);
    document.body.append(panel);
  };

  let lost = false;
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/.live/socket?page=${encodeURIComponent(page)}`);
    socket.onopen = () => lost && location.reload();
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.kind === "ShowFaults") showFaults(message.faults);
      else if (message.kind === "ShowStylesheet") restyle(message.name);
      else if (message.first) location.reload();
      else exchange(message.html);
    };
    socket.onclose = () => {
      lost = true;
      setTimeout(connect, 500);
    };
  };
  connect();
})();
