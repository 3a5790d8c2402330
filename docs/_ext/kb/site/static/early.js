/* Before the first paint: the color mode that the reader chose. The one script that stands before
   the stylesheet and holds up the page, and so a short one; in place of the theme's script within
   each page, which the policy (docs/_ext/kb/site/policy.py) refuses. */
"use strict";

(() => {
  const page = document.documentElement.dataset;
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // the reader lets no site keep anything
    }
  };
  // The template set the mode of conf.py: 'auto', as the reader's system says.
  page.mode = kept("mode") || page.theme;
  page.theme = kept("theme") || page.theme;
})();

/* The theme's script looks here for a menu of versions and a search of its own, which this site
   does not have.  It replaces documentation_options.js, which costs a request. */
window.DOCUMENTATION_OPTIONS = {};
