/* Fetches the search when a reader turns to it: points at its button, comes to its field, or presses
   "/" (Ctrl+K is the theme's).  All pages have this script; search-dialog.js, which shows the
   results, the engine and the records come only then.

   They come as scripts and not as fetches, which browsers refuse for pages opened from disk.  The
   first, KB_FILES, names the digest of each other, which stands in its address. */
(() => {
  "use strict";

  const HERE = new URL(".", document.currentScript.src); // _static/
  const SCRIPTS = [
    "search-dialog.js",
    "base-stemmer.js",
    "english-stemmer.js",
    "search-engine.js",
    "kb-words.js",
    "kb-records.js",
  ];
  const BUTTON = ".search-button__button";
  const FIELD = "form.bd-search input";
  const fields = document.querySelectorAll(FIELD);
  const own = document.querySelector(`.bd-search-container ${FIELD}`);
  const start = (window.KB_SEARCH_START = { script, late: (name) => script(name, KB_FILES[name]) });

  function script(name, version) {
    return new Promise((resolve, reject) => {
      const node = document.createElement("script");
      node.async = false; // in this order
      node.src = new URL(`${name}?v=${version}`, HERE).href;
      node.onload = resolve;
      node.onerror = () => reject(new Error(name));
      document.head.append(node);
    });
  }

  function turnTo() {
    if (start.loaded) return;
    performance.mark("kb-search-asked");
    start.loaded = script("kb-files.js", Date.now()) // never one that the browser has kept
      .then(() => Promise.all(SCRIPTS.map(start.late)));
    start.loaded.catch(tell);
  }

  /** Say that search-dialog.js has not come; what else fails, that says itself. */
  function tell({ message }) {
    if (document.querySelector(".kb-search")) return;
    for (const field of fields) {
      const [box, line] = ["div", "p"].map((name) => document.createElement(name));
      box.className = "kb-search";
      line.className = "kb-status";
      line.setAttribute("role", "alert");
      line.textContent = `The search could not be loaded (${message}).`;
      box.append(line);
      field.form.after(box);
    }
  }

  // Said before the list is there, so that it does not change under a reader who is in the field.
  for (const field of fields) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
  }

  for (const sign of ["pointerover", "focusin", "input"])
    document.addEventListener(sign, ({ target }) => {
      if (target.closest?.(`${BUTTON}, ${FIELD}`)) turnTo();
    });

  // "/" turns to the search, as Ctrl+K does, unless somebody is typing.
  document.addEventListener("keydown", (event) => {
    if (
      event.key !== "/" ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.target.closest?.("input, textarea, select, [contenteditable]")
    )
      return;
    const button = [...document.querySelectorAll(BUTTON)].find((one) => one.offsetParent);
    if (!own && !button) return;
    event.preventDefault();
    if (own) own.focus();
    else button.click();
  });

  if (own) {
    own.focus();
    turnTo();
  }
})();
