/* A claim that a link leads to is open, from this page or another; on paper all are.
   What a browser finds in one, by its own search or by a link within, it opens by itself. */
(() => {
  "use strict";

  const all = [...document.querySelectorAll("details.claim-whole")];

  const reveal = () => {
    const claim = document.getElementById(location.hash.slice(1));
    const whole = claim?.matches(".claim") && claim.querySelector("details.claim-whole");
    if (whole) whole.open = true;
  };

  addEventListener("hashchange", reveal);
  // A second click on the same link changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link?.hash && link.href === location.href) reveal();
  });
  reveal();

  // Browsers that cannot open them by the stylesheet for print.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all.filter((whole) => !whole.open);
    for (const whole of opened) whole.open = true;
  });
  addEventListener("afterprint", () => {
    for (const whole of opened) whole.open = false;
  });
})();
