/* The register of claims: filters, order and count, all held in the address of the page.

   The rows carry what they can be filtered by as classes ("verdict-overstated", "kind-animal");
   the form lies hidden in the page.  A view is a query such as ?verdict=overstated&sort=certainty,
   so that it can be shared and the browser's back and forward buttons lead through views. */
(() => {
  "use strict";
  const box = document.getElementById("register");
  const form = box && box.querySelector("form.register-tools");
  if (!form) return;

  const selects = [...form.querySelectorAll("select")];
  const filters = selects.filter((select) => select.name !== "sort");
  const status = form.querySelector("[role=status]");
  const details = form.querySelector("details");
  const all = form.querySelector("button");
  const body = box.querySelector("table.register tbody");
  const rows = [...body.rows].map((row, place) => ({ row, place, has: new Set(row.classList) }));
  const links = [...document.querySelectorAll("a.view-link")];

  for (const option of form.querySelectorAll("option")) option.dataset.words = option.textContent;

  const fits = (has, but) => filters.every((select) => select === but || !select.value || has.has(`${select.name}-${select.value}`));

  /* Take the view from a query; a value that no list knows counts as none. */
  const take = (query) => {
    const wanted = new URLSearchParams(query);
    for (const select of selects) {
      select.value = wanted.get(select.name) || "";
      if (select.selectedIndex < 0) select.value = "";
    }
  };

  const query = () => {
    const chosen = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
    return chosen.length ? `?${new URLSearchParams(chosen)}` : "";
  };

  const go = (how, hash) => {
    const address = location.pathname + query() + hash;
    if (query() === location.search && hash === location.hash) return;
    // Some browsers refuse this for pages from disk; then the page is loaded anew with its view.
    try { history[how](null, "", address); } catch { location.assign(address); }
  };

  /* The rank of a row is the place of its value in the list of that filter. */
  const rank = (has, name) => [...form.elements[name].options].findIndex((option) => option.value && has.has(`${name}-${option.value}`));

  const sort = () => {
    const name = form.elements.sort.value;
    const first = document.activeElement;
    const by = (a, b) => (name ? rank(a.has, name) - rank(b.has, name) : 0) || a.place - b.place;
    body.append(...[...rows].sort(by).map(({ row }) => row));
    if (first && first !== document.activeElement) first.focus();
  };

  /* Behind each choice stands how many claims it would show; one that shows none cannot be chosen. */
  const count = (select) => {
    for (const option of select.options) {
      const number = rows.filter(({ has }) => fits(has, select) && (!option.value || has.has(`${select.name}-${option.value}`))).length;
      if (option.value) option.textContent = `${option.dataset.words} (${number})`;
      option.disabled = !number && !option.selected;
    }
  };

  const show = () => {
    for (const { row, has } of rows) row.hidden = !fits(has);
    filters.forEach(count);
    sort();
    const shown = rows.filter(({ row }) => !row.hidden).length;
    const chosen = filters.filter((select) => select.value).map((select) => select.selectedOptions[0].dataset.words);
    const order = form.elements.sort.value && `, sorted by ${form.elements.sort.selectedOptions[0].dataset.words.toLowerCase()}`;
    status.textContent = (chosen.length ? `${shown} of ${rows.length} claims: ${chosen.join(" · ")}` : `All ${rows.length} claims`) + order;
    all.hidden = !query();
    box.classList.toggle("is-filtered", chosen.length > 0);
    for (const link of links) link.toggleAttribute("data-shown", chosen.length > 0 && link.search === query());
  };

  /* A link to a row wins over a filter that hides it. */
  const reveal = () => {
    const mark = document.getElementById(location.hash.slice(1));
    const hit = mark && rows.find(({ row }) => row.contains(mark));
    if (!hit || fits(hit.has)) return;
    for (const select of filters) select.value = "";
    go("replaceState", location.hash);
    show();
    mark.scrollIntoView({ block: "center" });
  };

  const sync = () => {
    take(location.search);
    show();
    reveal();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    go("pushState", query() ? "#register" : "");
    show();
  });

  all.addEventListener("click", () => {
    take("");
    go("pushState", "");
    show();
    // The button is gone now; leave the keyboard where the next choice is made.
    (details.open ? selects[0] : details.firstElementChild).focus();
  });

  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      take(link.search);
      go("pushState", link.hash);
      show();
      box.scrollIntoView();
      status.focus({ preventScroll: true });
    });
  }

  // Fires for back and forward, and for links to a row of this page.
  addEventListener("popstate", sync);
  // A phone has no room to spare above the table.
  details.open = matchMedia("(min-width: 600px)").matches;
  status.tabIndex = -1;
  sync();
  form.hidden = false;
})();
