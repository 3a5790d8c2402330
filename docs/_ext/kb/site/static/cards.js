/* Hover cards: what a term, a source or a claim is, beside each link to it on hover, focus or tap;
   see docs/_ext/kb/site/hover_cards.py. */
(() => {
  "use strict";

  // Links that Sphinx resolved, except in the register, whose rows say it all.
  const LINKS =
    `.bd-article a.internal:is([href*="#term-"], [href*="#source-"], [href*="#claim-"])` +
    `:not(.register a)`;
  const HERE = new URL(".", document.currentScript.src); // _static/
  const DATA = "kb-cards-data.js";
  // Milliseconds: a pointer may cross a link, and has time to reach the card.
  const SHOW_AFTER = 180;
  const HIDE_AFTER = 300;
  const HAS_POPOVER = "popover" in HTMLElement.prototype;

  let wanted = null; // the link whose card is open, or will be when the data is there
  let dismissed = null; // the focused link whose card Escape closed
  let touch = false; // whether the last press was a finger's
  let asked = false;
  let failed = false;
  let timer = 0;

  // Spans, since the card may stand inside a paragraph.
  const make = (name, className, words = "") => {
    const node = document.createElement(name);
    node.className = className;
    node.textContent = words;
    return node;
  };
  const text = make("span", "kb-card-text");
  text.id = "kb-card-text";
  const actions = make("span", "kb-card-links");
  const card = make("span", "kb-card");
  card.append(text, actions);
  card.hidden = true;
  if (HAS_POPOVER) card.popover = "manual";

  const linkOf = (node) => (node instanceof Element ? node.closest(LINKS) : null);
  const later = (act, delay) => {
    clearTimeout(timer);
    timer = setTimeout(act, delay);
  };

  const add = (name, version, then) => {
    const script = make("script", "");
    script.src = new URL(`${name}?v=${version}`, HERE).href;
    script.onload = then;
    script.onerror = () => {
      failed = true;
      const link = wanted;
      hide();
      if (link && touch) location.href = link.href;
    };
    document.head.append(script);
  };

  const load = () => {
    if (asked) return;
    asked = true;
    const then = () => add(DATA, window.KB_FILES[DATA], () => wanted && open());
    add("kb-files.js", Date.now(), then); // never one that the browser has kept
  };

  const fill = (anchor, entry, words) => {
    const kind = anchor.slice(0, anchor.indexOf("-"));
    const add = (className, content) =>
      content && text.append(make("span", className, content), " ");
    const linked = (address, label) => {
      const link = make("a", "", label);
      link.href = address;
      actions.append(link);
    };
    text.replaceChildren();
    actions.replaceChildren();
    add("kb-card-head", entry.name);
    if (kind === "claim") {
      add(`badge verdict verdict-${entry.verdict}`, words[entry.verdict]);
      add("badge certainty", entry.certainty);
      add("kb-card-main", entry.answer);
      for (const line of (entry.more || "").split("\n").filter(Boolean)) add("kb-card-more", line);
    } else if (kind === "source") {
      add("badge design", words[entry.design]);
      add(`badge status status-${entry.status}`, words[entry.status]);
      const title = make("span", "kb-card-main", entry.title);
      if (entry.foreign) {
        const foreign = make("span", "", entry.foreign);
        foreign.lang = entry.language;
        title.prepend(foreign, entry.title && " ");
      }
      text.append(title, " ");
      add("kb-card-more kb-card-who", entry.authors);
      add("kb-card-more", entry.population);
      const isDoi = entry.address.startsWith("10.");
      // A DOI may hold '?' or '#'.
      const encoded = encodeURI(entry.address).replace(/[?#]/g, encodeURIComponent);
      const url = entry.address && new URL(isDoi ? `https://doi.org/${encoded}` : entry.address);
      if (url) linked(url, isDoi ? `doi:${entry.address}` : url.hostname.replace(/^www\./, ""));
    } else add("kb-card-body", entry.definition);
    // With a mouse or the keyboard the link itself opens the entry.
    if (touch) linked(wanted.href, "Open entry");
  };

  // Not by CSS: WebKitGTK 2.50 knows its anchors, and puts the card out of a scrolled window.
  const place = () => {
    if (card.hidden) return;
    const { style } = card;
    style.maxHeight = "";
    const link = wanted.getBoundingClientRect();
    const [width, height] = [card.offsetWidth + 16, card.offsetHeight + 10]; // with its margins
    const below = innerHeight - link.bottom;
    const isBelow = height <= below || (height > link.top && below > link.top);
    const room = isBelow ? below : link.top;
    const left = Math.min(
      link.left + (link.width - width) / 2,
      document.documentElement.clientWidth - width,
    );
    style.maxHeight = height > room ? `${room - 10}px` : "";
    style.top = `${isBelow ? link.bottom : link.top - Math.min(height, room)}px`;
    style.left = `${Math.max(0, left)}px`;
  };

  const close = () => {
    if (card.hidden) return;
    const link = card.previousElementSibling;
    link?.removeAttribute("aria-describedby");
    if (HAS_POPOVER) card.hidePopover();
    card.hidden = true;
  };

  const hide = () => {
    clearTimeout(timer);
    wanted = null;
    close();
  };

  const open = () => {
    const anchor = wanted.hash.slice(1);
    const entry = window.KB_CARDS[anchor];
    const link = wanted;
    close();
    if (!entry) {
      hide();
      if (touch) location.href = link.href;
      return;
    }
    fill(anchor, entry, window.KB_CARDS.words);
    link.after(card);
    link.setAttribute("aria-describedby", text.id);
    card.hidden = false;
    if (HAS_POPOVER) card.showPopover();
    place();
  };

  const show = (link) => {
    clearTimeout(timer);
    if (failed || (link === wanted && !card.hidden) || card.matches(":focus-within")) return;
    wanted = link;
    if (window.KB_CARDS) open();
    else load();
  };

  // Pointer or focus has left something: the card stays, is that of the focused link, or goes.
  const settle = () => {
    if (
      !wanted ||
      card.matches(":hover, :focus-within") ||
      wanted.matches(":hover, :focus-visible")
    )
      return;
    const focused = linkOf(document.activeElement);
    if (focused && focused !== dismissed && focused.matches(":focus-visible")) show(focused);
    else hide();
  };

  document.addEventListener("pointerover", (event) => {
    const link = linkOf(event.target);
    if (link) load();
    if (event.pointerType === "touch" || event.buttons) return;
    if (card.contains(event.target)) clearTimeout(timer);
    else if (link && linkOf(event.relatedTarget) !== link) later(() => show(link), SHOW_AFTER);
  });

  document.addEventListener("pointerout", (event) => {
    const link = linkOf(event.target);
    if (event.pointerType === "touch" || (link && linkOf(event.relatedTarget) === link)) return;
    if (link || card.contains(event.target)) later(settle, HIDE_AFTER);
  });

  document.addEventListener("focusin", (event) => {
    const link = linkOf(event.target);
    if (link?.matches(":focus-visible")) show(link);
  });

  document.addEventListener("focusout", (event) => {
    const link = linkOf(event.target);
    if (link) dismissed = null;
    if (link || card.contains(event.target)) later(settle, HIDE_AFTER);
  });

  document.addEventListener("pointerdown", (event) => {
    touch = event.pointerType === "touch";
    if (wanted && !card.contains(event.target) && linkOf(event.target) !== wanted) hide();
  });

  // A finger's first tap shows the card, the second follows the link.  A key's detail is 0.
  document.addEventListener("click", (event) => {
    const link = linkOf(event.target);
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented);
    const isKnown = !failed && (!window.KB_CARDS || link?.hash.slice(1) in window.KB_CARDS);
    if (link && touch && event.detail && isPlain && isKnown && link !== wanted) {
      event.preventDefault();
      show(link);
    } else if (link || event.target.closest?.(".kb-card a")) hide();
  });

  document.addEventListener("keydown", (event) => {
    touch = false;
    if (event.key !== "Escape" || !wanted) return;
    const link = wanted;
    const inside = card.contains(document.activeElement);
    dismissed = inside || document.activeElement === link ? link : null;
    if (inside) link.focus();
    hide();
  });

  addEventListener("scroll", place, { passive: true, capture: true });
  addEventListener("resize", place);
})();
