// A page that moved (see docs/_ext/kb/site/redirects.py): go on with the anchor that was asked for,
// which a refresh would lose.
(() => {
  const anchor = decodeURIComponent(location.hash.slice(1));
  const own = anchor && document.getElementById(anchor);
  const link = own ? own.querySelector("a") : document.getElementById("moved-to");
  // An anchor that went for good has no link: its line says why, and the refresh leads to the page.
  if (link)
    location.replace(own ? link.href : link.href.split("#")[0] + (location.hash || link.hash));
})();
