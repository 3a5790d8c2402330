/* The theme takes the focus from its buttons at each click, before a dialog, a drawer or a menu can
   note where to return to; so the keyboard would begin again at the top of the page. */
(() => {
  "use strict";
  const BUTTONS = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";
  const keep = (event) => {
    const button = event.target instanceof Element && event.target.closest(BUTTONS);
    if (button) button.blur = () => {};
  };
  // On the way down it comes before the theme's own, which stands on the button.
  document.addEventListener("click", keep, true);
  // A choice in the menu of colors leaves the focus on what is hidden now.
  document.addEventListener("hidden.bs.dropdown", (event) => {
    const menu = event.target.parentElement;
    if (menu && menu.contains(document.activeElement)) event.target.focus();
  });
  // The hint of a box has the name of the button in it, which would be said twice.
  for (const box of document.querySelectorAll("div[data-bs-toggle=tooltip][title]")) {
    box.dataset.bsTitle = box.title;
    box.removeAttribute("title");
  }
})();
