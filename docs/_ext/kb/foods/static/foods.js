/* The food explorer: sorts and filters the table of foods, and sets up to six rows side by side.
   All facts come from the page: data attributes of the rows, and data-words of .food-explorer
   (both written by docs/_ext/kb/foods/explorer.py).  Amounts are never added up. */
(function () {
  "use strict";

  const mount = document.querySelector(".food-explorer");
  const table = document.querySelector("table.food-table");
  if (!mount || !table) return;

  const MOST = 6;
  const GRAMS = { least: 1, most: 1000, usual: 100 };
  const heads = [...table.tHead.rows[0].cells];
  const COLUMNS = heads.map((th) => th.className.match(/column-(\w+)/)[1]);
  const words = JSON.parse(mount.dataset.words);
  const body = table.tBodies[0];
  const original = [...body.rows];
  const state = fresh();

  function fresh() {
    return { find: "", category: "", country: "", form: "", sort: "", down: false, grams: String(GRAMS.usual), chosen: [] };
  }

  /* -- Small helpers ---------------------------------------------------------------------------- */

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function button(text, act, attributes) {
    const node = make("button", { type: "button", class: "food-button", ...attributes }, text);
    node.addEventListener("click", act);
    return node;
  }

  // A live region speaks when its text changes; the same words again are no news.
  function say(region, text) {
    if (region.textContent !== text) region.textContent = text;
  }

  // "Gruyère" finds Gruyere.
  function folded(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  /* -- The rows --------------------------------------------------------------------------------- */

  const rows = original.filter((tr) => tr.dataset.food).map(function (tr, place) {
    const cell = (name) => tr.querySelector(`.column-${name}`);
    const [food, country, source] = ["food", "country", "source"].map((name) => cell(name).textContent.trim());
    const part = (name) => (tr.querySelector(name)?.textContent || "").trim();
    return {
      tr, place, food, country, source,
      id: tr.dataset.food,
      category: tr.dataset.category,
      basis: tr.dataset.basis,
      value: tr.dataset.value,
      figure: part(".food-figure"),
      aside: part(".food-note"),
      form: part(".food-form"),
      withK1: tr.dataset.k1 === "yes",
      lacks: words.lacks[Number(tr.dataset.lacks)],
      link: cell("source").querySelector("a"),
      words: folded([food, tr.dataset.kind, new Map(words.categories).get(tr.dataset.category)].join(" ")),
    };
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const bases = words.bases.map(([slug]) => slug);

  function choices(name) {
    if (name === "country") return [...new Set(rows.map((row) => row.country))].sort().map((each) => [each, each]);
    const [pairs, key] = name === "form" ? [words.bases, "basis"] : [words.categories, "category"];
    return pairs.filter(([slug]) => rows.some((row) => row[key] === slug));
  }

  function isWanted(row) {
    return (
      (!state.category || row.category === state.category) &&
      (!state.country || row.country === state.country) &&
      (!state.form || row.basis === state.form) &&
      folded(state.find).split(/\s+/).every((word) => row.words.includes(word))
    );
  }

  /* -- Filters ---------------------------------------------------------------------------------- */

  const controls = {};

  function select(name, label, all) {
    controls[name] = make("select", { id: `food-${name}`, autocomplete: "off" }, make("option", { value: "" }, all));
    controls[name].append(...choices(name).map(([value, text]) => make("option", { value }, text)));
    return field(name, label, "change");
  }

  function field(name, label, event) {
    controls[name].addEventListener(event, function () {
      state[name] = controls[name].value;
      update();
    });
    return make("div", { class: "food-field" }, make("label", { for: controls[name].id }, label), controls[name]);
  }

  controls.find = make("input", { id: "food-find", type: "search", autocomplete: "off", spellcheck: "false" });
  const count = make("p", { class: "food-count", role: "status" });
  const reset = button("Reset", function () {
    Object.assign(state, fresh(), { chosen: state.chosen, grams: state.grams });
    update();
    controls.find.focus();
  });
  // A region is heard only if it was there before its words: not in the bar, which comes with them.
  const chosenSaid = make("p", { class: "visually-hidden", role: "status" });
  const ranks = make("p", { class: "food-caution", hidden: "" }, words.forms);

  mount.prepend(
    make("div", { class: "food-tools", role: "group", "aria-label": "Filter the table" },
      field("find", "Find a food", "input"),
      select("category", "Kind of food", "All kinds"),
      select("country", "Country", "All countries"),
      select("form", "Form measured", "All forms"),
      make("div", { class: "food-counted" }, count, reset)),
    ranks, chosenSaid);

  /* -- Sorting ---------------------------------------------------------------------------------- */

  const names = new Map(heads.map((th, index) => [COLUMNS[index], th.textContent.trim()]));

  heads.forEach(function (th, index) {
    const column = COLUMNS[index];
    th.scope = "col";
    th.replaceChildren(button(th.textContent.trim(), () => turn(column), { class: "food-sort" }));
  });

  // The largest figures or the first letters, then the other way round, then by kind of food again.
  function turn(column) {
    const first = column === "value";
    if (state.sort !== column) Object.assign(state, { sort: column, down: first });
    else if (state.down === first) state.down = !first;
    else Object.assign(state, { sort: "", down: false });
    update();
  }

  function compare(a, b) {
    const way = state.down ? -1 : 1;
    if (state.sort !== "value") {
      return way * a[state.sort].localeCompare(b[state.sort], "en") || a.place - b.place;
    }
    // Figures of different forms are not ranked against each other; rows without a figure come last.
    const forms = bases.indexOf(a.basis) - bases.indexOf(b.basis);
    const empty = (a.value === "") - (b.value === "");
    return forms || empty || way * (Number(a.value) - Number(b.value)) || a.place - b.place;
  }

  function heading(text) {
    const cell = make("td", { colspan: String(COLUMNS.length) }, make("p", {}, make("strong", {}, text)));
    return make("tr", { class: "food-group" }, cell);
  }

  function ordered() {
    if (!state.sort) return original;
    const sorted = [...rows].sort(compare);
    if (state.sort !== "value") return sorted.map((row) => row.tr);
    return sorted.flatMap(function (row, index) {
      const isFirst = row.basis !== sorted[index - 1]?.basis;
      return isFirst ? [heading(new Map(words.bases).get(row.basis)), row.tr] : [row.tr];
    });
  }

  let shownOrder = "";

  function drawTable() {
    const wish = `${state.sort} ${state.down}`;
    if (wish !== shownOrder) body.replaceChildren(...ordered());
    shownOrder = wish;
    const wanted = new Set(rows.filter(isWanted).map((row) => row.tr));
    let group = null;
    for (const tr of body.rows) {
      if (tr.dataset.food) tr.hidden = !wanted.has(tr);
      else (group = tr).hidden = true;
      if (group && !tr.hidden) group.hidden = false;
    }
    heads.forEach(function (th, index) {
      if (COLUMNS[index] === state.sort) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    ranks.hidden = state.sort !== "value";
    const order = state.sort && `, sorted by ${names.get(state.sort)}, ${state.down ? "descending" : "ascending"}`;
    say(count, wanted.size ? `${wanted.size} of ${rows.length} rows${order}` : `No row matches (0 of ${rows.length})`);
  }

  /* -- Choosing --------------------------------------------------------------------------------- */

  rows.forEach(function (row) {
    const name = row.tr.querySelector(`[id="food-${row.id}"]`);
    const which = `Compare ${row.food}, ${row.source}`;
    row.box = make("input", { type: "checkbox", autocomplete: "off", "aria-label": which });
    row.box.addEventListener("change", () => choose(row, row.box.checked));
    const label = make("label", { class: "food-choose" }, row.box);
    name.replaceWith(label);
    label.append(name);
    // Else the head of the row would be said with the name of the box in it.
    label.closest("th").setAttribute("aria-label", row.food);
  });

  function choose(row, isOn) {
    const isFull = isOn && state.chosen.length >= MOST;
    state.chosen = state.chosen.filter((each) => each !== row);
    if (isOn && !isFull) state.chosen.push(row);
    if (isFull) row.box.checked = false;
    update();
    if (isFull) tellChosen("Six foods are chosen already: remove one to add another");
  }

  function tellChosen(text) {
    say(chosenCount, text);
    say(chosenSaid, text || (chosenSaid.textContent && "None chosen"));
  }

  const chosenCount = make("p");
  const show = button("Side by side", function () {
    panel.scrollIntoView();
    title.focus({ preventScroll: true });
  });
  const clear = button("Clear", function () {
    const first = state.chosen[0];
    state.chosen = [];
    update();
    if (first && !first.tr.hidden) first.box.focus();
    else controls.find.focus();
  }, { "aria-label": "Clear the choice" });
  const bar = make("div", { class: "food-bar" }, chosenCount, make("div", {}, show, clear));

  /* -- Side by side ----------------------------------------------------------------------------- */

  const title = make("h3", { id: "side-by-side", tabindex: "-1" }, "Side by side");
  const grams = make("input", {
    id: "food-grams", type: "number", min: GRAMS.least, max: GRAMS.most, step: "any", inputmode: "decimal",
    autocomplete: "off", "aria-describedby": "food-grams-range",
  });
  const gramsRange = make("span", { id: "food-grams-range", class: "food-hint" }, "1 to 1,000 g");
  const gramsSaid = make("p", { class: "visually-hidden", role: "status" });
  const mixed = make("p", { class: "food-caution" }, words.mixed);
  const cards = make("ul", { class: "food-cards" });
  const panel = make("section", { class: "food-panel", "aria-labelledby": title.id, hidden: "" },
    title,
    make("div", { class: "food-grams" }, make("label", { for: grams.id }, "Grams of each food"), grams, gramsRange),
    gramsSaid, mixed, cards,
    make("div", { class: "food-foot" }, ...words.foot.map((sentence) => make("p", {}, sentence))));

  grams.addEventListener("input", function () {
    state.grams = grams.value;
    update();
    say(gramsSaid, isAmount(state.grams) ? `Amounts in ${state.grams} g` : "Type a number from 1 to 1,000");
  });

  function isAmount(text) {
    return /^\d+(\.\d+)?$/.test(text) && Number(text) >= GRAMS.least && Number(text) <= GRAMS.most;
  }

  // As many digits as the figure has, and two at least: 9 µg per 100 g are 14 µg in 150 g, not 10.
  function amount(figure, weight) {
    const digits = figure.replace(".", "").replace(/^0+/, "").length || 1;
    const exact = Number(((Number(figure) * weight) / 100).toPrecision(12));
    return exact.toLocaleString("en-US", { minimumSignificantDigits: digits, maximumSignificantDigits: Math.max(2, digits) });
  }

  function amountOf(row) {
    if (row.value === "") return row.aside === "trace" ? "trace" : "cannot be worked out";
    return isAmount(state.grams) ? `${amount(row.value, Number(state.grams))} µg` : "–";
  }

  function perHundred(row) {
    if (row.aside === "trace") return ["trace"];
    return [row.figure ? `${row.figure} µg ` : "no figure: ", make("span", { class: "food-note" }, row.aside)];
  }

  function card(row) {
    const entry = (name, ...children) => make("div", {}, make("dt", {}, name), make("dd", {}, ...children));
    const source = make("a", { href: row.link.getAttribute("href") }, row.source);
    const mark = row.withK1 ? [make("p", { class: "not-k2" }, "K1 included")] : [];
    row.termOfAmount = make("dt", {});
    row.amount = make("dd", { class: `food-amount${row.value ? "" : " food-none"}` });
    const remove = button("Remove", function () {
      const next = state.chosen[state.chosen.indexOf(row) + 1] || state.chosen[state.chosen.indexOf(row) - 1];
      choose(row, false);
      // The focus stays near: on the next card, else in the table.
      (next ? next.remove : row.tr.hidden ? controls.find : row.box).focus();
    }, { "aria-label": `Remove ${row.food}, ${row.source}` });
    row.remove = remove;
    return make("li", { class: "food-card" },
      make("div", { class: "food-name" }, make("h4", {}, row.food), ...mark),
      make("dl", {},
        make("div", {}, row.termOfAmount, row.amount),
        entry("Per 100 g", ...perHundred(row)), entry("Form measured", row.form),
        entry("Country", row.country), entry("Source", source), entry("Not measured or not told apart", row.lacks)),
      remove);
  }

  let shownCards = "";

  function drawPanel() {
    const chosen = state.chosen;
    rows.forEach((row) => { row.box.checked = chosen.includes(row); });
    const ids = chosen.map((row) => row.id).join();
    if (ids !== shownCards) cards.replaceChildren(...chosen.map(card));
    shownCards = ids;
    const isGood = isAmount(state.grams);
    for (const row of chosen) {
      row.termOfAmount.textContent = isGood ? `In ${Number(state.grams).toLocaleString("en-US")} g` : "In these grams";
      row.amount.textContent = amountOf(row);
    }
    if (isGood) grams.removeAttribute("aria-invalid");
    else grams.setAttribute("aria-invalid", "true");
    // Words that stood there would be said with the next first choice.
    if (!chosen.length) say(gramsSaid, "");
    gramsRange.classList.toggle("food-wrong", !isGood);
    gramsRange.textContent = isGood ? "1 to 1,000 g" : "Type a number from 1 to 1,000";
    mixed.hidden = new Set(chosen.map((row) => row.basis)).size < 2;
    panel.hidden = bar.hidden = !chosen.length;
    document.documentElement.classList.toggle("food-choosing", chosen.length > 0);
    tellChosen(chosen.length ? `${chosen.length} of ${MOST} chosen` : "");
  }

  table.parentElement.after(bar, panel);

  /* -- The address ------------------------------------------------------------------------------ */

  const KEYS = ["compare", "grams", "find", "category", "country", "form", "sort"];
  const isOurs = () => KEYS.some((key) => new URLSearchParams(location.hash.slice(1)).has(key));

  // The part behind #, since browsers let a page from disk change nothing else.
  function address() {
    const sort = state.sort && `${state.down ? "-" : ""}${state.sort}`;
    const parts = { compare: state.chosen.map((row) => row.id).join(), grams: "", sort };
    if (state.chosen.length && isAmount(state.grams) && Number(state.grams) !== GRAMS.usual) parts.grams = state.grams;
    for (const key of ["find", "category", "country", "form"]) parts[key] = encodeURIComponent(state[key]);
    return KEYS.filter((key) => parts[key]).map((key) => `${key}=${parts[key]}`).join("&");
  }

  function keep() {
    const hash = address();
    if (hash === location.hash.slice(1) || (!hash && !isOurs())) return;
    history.replaceState(history.state, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function recall() {
    const given = new URLSearchParams(location.hash.slice(1));
    const get = (key) => given.get(key) || "";
    Object.assign(state, fresh(), { find: get("find") });
    for (const key of ["category", "country", "form"]) {
      if (choices(key).some(([slug]) => slug === get(key))) state[key] = get(key);
    }
    // Addresses of the first edition may sort by form, which the order of figures does as well.
    const sort = get("sort").replace(/form$/, "value");
    if (COLUMNS.includes(sort.replace("-", ""))) {
      Object.assign(state, { sort: sort.replace("-", ""), down: sort.startsWith("-") });
    }
    if (isAmount(get("grams"))) state.grams = get("grams");
    state.chosen = [...new Set(get("compare").split(",").map((id) => byId.get(id)).filter(Boolean))].slice(0, MOST);
  }

  function draw() {
    drawTable();
    drawPanel();
    // A control keeps what is being typed into it; all others follow the state.
    for (const name of ["find", "category", "country", "form"]) {
      if (controls[name].value !== state[name]) controls[name].value = state[name];
    }
    if (document.activeElement !== grams) grams.value = state.grams;
  }

  function update() {
    draw();
    keep();
  }

  function arrive() {
    if (isOurs()) {
      recall();
      draw();
      (state.chosen.length ? panel : mount).scrollIntoView();
      return;
    }
    // A link to a row must not end at a row that the filters hide.
    const row = byId.get(location.hash.replace("#food-", ""));
    if (row && row.tr.hidden) {
      Object.assign(state, fresh(), { chosen: state.chosen, grams: state.grams });
      draw();
      row.tr.scrollIntoView();
    }
  }

  draw();
  if (isOurs()) arrive();
  window.addEventListener("hashchange", arrive);
})();
