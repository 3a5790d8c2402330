/* The search as a reader meets it: results while typing, in the theme's dialog and on the page of
   the search.

   The field is a combobox, the results are its listbox, and each option is the link itself.
   Everything is built as text in the DOM, never as HTML from the index or the query.  This script,
   the engine and the records come together when a reader first turns to the search (search.js).
   Titles, places and definitions are found as soon as they are there; texts follow.  Of a large
   book, parts come as a query needs them, and the list of the query before stays until they are
   there.  Without JavaScript the page of the search says how to browse. */
(() => {
  "use strict";

  const HERE = new URL(".", document.currentScript.src); // _static/
  const ROOT = new URL("..", HERE);
  const { loaded, late, script } = window.KB_SEARCH_START;
  const SLICE = 12; // milliseconds of reading texts at a time, so that a key never waits
  const PAUSE = 200; // milliseconds without a key, after which parts of a large book are asked for
  const KINDS = [
    ["term", "Definitions", "Definition"],
    ["claim", "Claims", "Claim"],
    ["chapter", "Chapters", "Chapter"],
    ["food", "Foods", "Food"],
    ["source", "Sources", "Source"],
  ];
  const WAYS_ON = [
    ["Glossary", "reference/glossary.html"],
    ["Evidence register", "reference/evidence.html"],
    ["Foods", "reference/foods.html"],
    ["Sources", "reference/sources.html"],
    ["Front page", "index.html"],
  ];
  const EXCERPT = 190; // letters
  const LONG = 60; // letters of a query that are repeated
  const KEPT = 300; // options that are kept while one types
  const IN_DIALOG = 10;
  const ON_PAGE = 60;

  const short = (query) => (query.length > LONG ? `${query.slice(0, LONG)} …` : query);
  const labelOf = (kind) => KINDS.find(([one]) => one === kind)[1];
  const kindOf = (record) =>
    record.kind === "page" || record.kind === "section" ? "chapter" : record.kind;

  function make(name, className = "", ...children) {
    const node = document.createElement(name);
    if (className) node.className = className;
    node.append(...children);
    return node;
  }

  // ---- The index, on first need ----------------------------------------------------------------

  let index = null;
  let isWhole = false; // the texts are there as well
  let fault = ""; // why they are not
  const waiting = new Set(); // what to do again when more has been read

  const indexed = loaded.then(() => {
    const data = { ...KB_RECORDS, ...ofEdition(KB_SAID) };
    index = isParted() ? KB_SEARCH.openIndex(data, parts) : KB_SEARCH.makeIndex(data);
    performance.mark("kb-search-names");
    showAgain();
    loadTexts();
  });

  /** Read the texts, and after them the words of other languages: without these the search is whole
      in English. */
  async function loadTexts() {
    const texts = isParted() ? null : late("kb-texts.js");
    const languages = late("kb-languages.js").catch(() => {});
    try {
      await texts;
      if (texts) KB_SEARCH.takeTexts(index, ofEdition(KB_TEXTS).text, KB_TEXTS.identifier);
      if (texts) await read();
      isWhole = true;
    } catch (error) {
      const why = `the texts could not be loaded (${error.message})`;
      fault = `. Only titles and names were searched: ${why}.`;
    }
    await languages
      .then(() => KB_SEARCH.learn(index, KB_LANGUAGES))
      .catch(() => {});
    performance.mark("kb-search-ready");
    document.documentElement.dataset.search = "ready";
    showAgain();
  }

  /** Read the texts that have come, a slice at a time. */
  const read = () =>
    new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        if (!KB_SEARCH.grow(index, SLICE)) return channel.port2.postMessage(0);
        channel.port1.close();
        resolve();
      };
      channel.port2.postMessage(0);
    });

  /** What counts records by their places must be of the same edition as these. */
  function ofEdition(data) {
    if (data?.edition === KB_RECORDS.edition) return data;
    throw new Error("this book has a new edition: load the page again");
  }

  // ---- The parts of a large book ----------------------------------------------------------------

  const parts = {}; // those that are there
  const coming = new Map();

  const isParted = () => Boolean(KB_RECORDS.kinds);

  function part(name) {
    if (!coming.has(name)) {
      const path = `kb-search/${name}.js`;
      const come = script(path, KB_RECORDS.edition).then(() => {
        parts[name] = ofEdition(window.KB_PARTS?.[name]);
      });
      coming.set(name, come);
      come.catch(() => coming.delete(name));
    }
    return coming.get(name);
  }

  const showAgain = () => waiting.forEach((act) => act());

  // ---- What a result says -----------------------------------------------------------------------

  const cuts = new Map(); // text, its chunks: [start, end, forms]

  /** Where the words of a text stand, which its record shows again and again as a reader types. */
  function cut(text) {
    let found = cuts.get(text);
    if (found) return found;
    cuts.set(text, (found = []));
    KB_WORDS.chunks(text, (chunk, start, end) => found.push([start, end, KB_WORDS.forms(chunk)]));
    return found;
  }

  /** A stretch of a text with the words that were found marked. */
  function marked(text, words, from = 0, to = text.length) {
    const wanted = new Set(words),
      parts = [];
    let last = from;
    for (const [start, end, forms] of cut(text)) {
      if (start < from || end > to || !forms.some((form) => wanted.has(form))) continue;
      parts.push(text.slice(last, start), make("mark", "", text.slice(start, end)));
      last = end;
    }
    return [...parts, text.slice(last, to)];
  }

  /** The stretch of a text that holds the most of the words that were found, these marked. */
  function excerpt(text, words) {
    if (text.length <= EXCERPT) return marked(text, words);
    const wanted = new Set(words),
      hits = [];
    for (const [start, , forms] of cut(text)) {
      const form = forms.find((one) => wanted.has(one));
      if (form) hits.push([start, form]);
    }
    let best = 0,
      most = 0;
    for (const [start] of hits) {
      const here = new Set(
        hits.filter(([at]) => at >= start && at < start + EXCERPT - 40).map(([, form]) => form),
      ).size;
      if (here > most) [best, most] = [start, here];
    }
    const sentence = text.lastIndexOf(". ", best) + 2;
    const from =
      best < EXCERPT / 2
        ? 0
        : sentence > 1 && best - sentence < 80
          ? sentence
          : text.indexOf(" ", Math.max(0, best - 40)) + 1;
    const to = from + EXCERPT >= text.length ? text.length : text.lastIndexOf(" ", from + EXCERPT);
    return [from ? "… " : "", ...marked(text, words, from, to), to < text.length ? " …" : ""];
  }

  function badge(claim) {
    return make("span", `badge verdict verdict-${claim.verdict}`, KB_RECORDS.words[claim.verdict]);
  }

  const nameOf = (claim) => claim.anchor.replace("claim-", "").toUpperCase();

  const isLeftOut = (record) => record.kind === "section" && index.pages[record.page].left_out;

  function label(record) {
    if (record.kind === "claim") return `Claim ${nameOf(record)}`;
    if (isLeftOut(record)) return "Topic that the chapters leave out";
    return KINDS.find(([kind]) => kind === kindOf(record))[2];
  }

  /** The whole of a definition: shown where the query is the name of a term. */
  function definition(record, words) {
    const card = [make("span", "kb-text", ...marked(record.text, words))];
    if (record.names)
      card.push(make("span", "kb-also", "Also: ", ...marked(record.names.join(", "), words)));
    const claims = (record.claims || []).map((place) => index.records[place]);
    if (claims.length) {
      card.push(
        make(
          "span",
          "kb-concerned",
          "Claims about it: ",
          ...claims.flatMap((claim) => [
            make("span", "kb-verdict", nameOf(claim), " ", badge(claim)),
            " ",
          ]),
        ),
      );
    }
    return card;
  }

  function body(record, words) {
    if (record.kind === "claim") {
      return [
        make("span", "kb-text", badge(record), " ", ...marked(record.summary, words)),
        ...(words.length && record.text
          ? [make("span", "kb-text kb-less", ...excerpt(record.text, words))]
          : []),
      ];
    }
    const isSource = record.kind === "source";
    const about = isSource ? [make("span", "kb-text", ...marked(record.summary, words))] : [];
    const text = record.text || (isSource ? "" : record.summary);
    return text
      ? [...about, make("span", isSource ? "kb-text kb-less" : "kb-text", ...excerpt(text, words))]
      : about;
  }

  /** The title; a claim stands in quotation marks, since it is the article that says so. */
  const titled = (record, words) =>
    record.kind === "claim"
      ? ["“", ...marked(record.title.replace(/\.$/, ""), words), "”"]
      : marked(record.title, words);

  function option({ record, words }, isCard, isAnswer) {
    const node = make("a", isCard || isAnswer ? "kb-hit kb-defined" : "kb-hit");
    node.href = new URL(record.address, ROOT).href;
    node.tabIndex = -1;
    node.setAttribute("role", "option");
    const place =
      record.kind === "section" || record.kind === "claim"
        ? [make("span", "kb-place", index.pages[record.page].title)]
        : [];
    node.append(
      make("span", "kb-kind", isAnswer ? `Answer: claim ${nameOf(record)}` : label(record)),
      " ",
      make("span", "kb-title", ...titled(record, words)),
      " ",
      ...place,
    );
    node.append(...(isCard ? definition(record, words) : body(record, words)));
    return node;
  }

  // ---- One field with its results ---------------------------------------------------------------

  let count = 0;

  function attach(form) {
    const field = form.querySelector("input[name=q]");
    const dialog = form.closest("dialog");
    const most = dialog ? IN_DIALOG : ON_PAGE;
    const id = `kb-search-${++count}`;
    const made = new Map(); // options by what they say
    let only = "";
    let active = -1;
    let asks = 0; // how often a list was asked for
    let pausing = 0;

    const kinds = make("div", "kb-kinds");
    kinds.setAttribute("role", "group");
    kinds.setAttribute("aria-label", "Show only");
    const status = make("p", "kb-status");
    status.setAttribute("role", "status");
    const mean = make("p", "kb-mean");
    const list = make("div", "kb-list");
    list.id = id;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Search results");
    const foot = make("div", "kb-foot");
    const box = make("div", "kb-search", kinds, status, mean, list, foot);
    // The theme closes the dialog at a click outside of it, and takes the click of a key for one at
    // 0, 0.
    box.addEventListener("click", (event) => event.stopPropagation());
    form.after(box);
    for (const node of [kinds, mean, list, foot]) node.hidden = true;
    kinds.append(
      ...[["", "All"], ...KINDS].map(([kind, name]) => {
        const button = make("button", "kb-kind-button", name, " ", make("span", "kb-number"));
        button.type = "button";
        button.dataset.kind = kind;
        button.addEventListener("click", () => choose(kind));
        return button;
      }),
    );
    field.setAttribute("aria-controls", id);

    function choose(kind) {
      only = kind;
      show();
      remember();
    }

    function select(number) {
      const options = list.children;
      if (!options.length) return;
      if (active >= 0) options[active].setAttribute("aria-selected", "false");
      active = (number + options.length) % options.length;
      options[active].setAttribute("aria-selected", "true");
      options[active].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", options[active].id);
    }

    /** List what answers the field.  Parts that are not there are asked for after a pause, and the
        list before stays until they are; another key takes the place of this one. */
    function show(pause = PAUSE) {
      if (!index) return;
      const asked = ++asks;
      clearTimeout(pausing);
      try {
        answer();
        list.removeAttribute("aria-busy");
      } catch (lack) {
        if (!lack.parts) throw lack;
        list.setAttribute("aria-busy", "true");
        pausing = setTimeout(
          () => Promise.all(lack.parts.map(part)).then(() => asked === asks && show(0), failed),
          pause,
        );
      }
    }

    function answer() {
      const query = field.value.trim();
      const isAsked = query.length > 1;
      const { results, asked, left, isLoose, english, suggestion } = isAsked
        ? KB_SEARCH.find(index, field.value)
        : { results: [], left: [] };
      const chosen = only ? results.filter(({ record }) => kindOf(record) === only) : results;
      const shown = chosen.slice(0, most);
      index.need("records", shown.map(({ record }) => record.id));
      index.need("records", shown.flatMap(({ record }, at) => (at ? [] : record.claims || [])));
      active = -1;
      field.removeAttribute("aria-activedescendant");
      const isCard = (result, number) =>
        number === 0 &&
        result.record.kind === "term" &&
        (result.record.keys.has(asked.whole) || result.record.id === asked.defined);
      const isAnswer = (result, number) =>
        number === 0 && !isLoose && KB_SEARCH.isAnswer(asked, result);
      list.replaceChildren(
        ...shown.map((result, number) =>
          placed(result, number, isCard(result, number), isAnswer(result, number)),
        ),
      );
      list.hidden = !shown.length;
      field.setAttribute("aria-expanded", String(shown.length > 0));
      filters(results);
      say(query, isAsked, chosen, asked, left, results.length);
      if (isLoose) status.textContent = `No page is about this. ${status.textContent} for some of the words.`;
      if (english) status.textContent += `. This book is in English; these are for “${english}”.`;

      if (isAsked) status.textContent = status.textContent.replace(/\.?$/, fault || "$&");
      suggest(isAsked && isWhole && results.length ? suggestion : "");
      foot.replaceChildren(...(isAsked ? onward(query, chosen.length, results.length) : []));
      foot.hidden = !foot.hasChildNodes();
    }

    /** The option of a result; that of the key before, where it says the same. */
    function placed(result, number, ...cards) {
      const { record, words } = result;
      const said = [record.id, isWhole, ...cards, ...words].join(" ");
      if (!made.has(said)) {
        if (made.size >= KEPT) made.clear();
        made.set(said, option(result, ...cards));
      }
      const node = made.get(said);
      node.id = `${id}-${number}`;
      node.setAttribute("aria-selected", "false");
      return node;
    }

    function filters(results) {
      const numbers = { "": results.length };
      for (const { record } of results)
        numbers[kindOf(record)] = (numbers[kindOf(record)] || 0) + 1;
      kinds.hidden = !results.length;
      for (const button of kinds.children) {
        const { kind } = button.dataset;
        const number = numbers[kind] || 0;
        if (button.lastChild.textContent !== String(number))
          button.lastChild.textContent = String(number);
        button.hidden = Boolean(kind) && !number && kind !== only;
        button.setAttribute("aria-pressed", String(kind === only));
      }
    }

    function say(query, isAsked, chosen, asked, left, every) {
      status.textContent = !isAsked
        ? query && "Type one more letter."
        : chosen.length
          ? found(query, chosen, asked, left)
          : every
            ? `Nothing among ${labelOf(only)} for “${short(query)}”; ${every} among all kinds.`
            : nothing(query, asked);
    }

    function found(query, chosen, asked, left) {
      const number = chosen.length === 1 ? "1 result" : `${chosen.length} results`;
      const [first] = chosen;
      const topic = isLeftOut(first.record)
        ? ` “${first.record.title}” is a topic that the chapters leave out.`
        : "";
      if (!left.length) return number + (topic && `.${topic}`);
      const isThere = ({ word, soft }) => !soft && !left.includes(word);
      const rest = asked.parts.filter(isThere).map(({ word }) => word);
      return `${lacking(query, left)} ${number} for “${typed(query, rest).join(" ")}”.${topic}`;
    }

    function nothing(query, { parts }) {
      const isStrange = ({ word, found }) => !found.size && !KB_WORDS.STOP.has(word);
      const strange = parts.filter(isStrange).map(({ word }) => word);
      const isPart = strange.length && strange.length < parts.length;
      const reason = isPart ? ` ${lacking(query, strange)}` : "";
      if (!isWhole && !fault)
        return `Nothing found for “${short(query)}” yet: the texts are still coming.`;
      return `Nothing found for “${short(query)}”.${reason}`;
    }

    function lacking(query, words) {
      const quoted = typed(query, words).map((word) => `“${word}”`);
      return `No ${isWhole ? "page" : "title"} has ${quoted.join(" or ")}.`;
    }

    /** Words of the query as they were typed. */
    function typed(query, words) {
      const found = [];
      KB_WORDS.chunks(KB_WORDS.evened(query), (chunk) => {
        if (KB_WORDS.forms(chunk).some((form) => words.includes(form))) found.push(chunk);
      });
      return found.length ? found : words;
    }

    function suggest(words) {
      mean.hidden = !words;
      if (!words) return;
      const button = make("button", "kb-mend", words);
      button.type = "button";
      button.addEventListener("click", () => {
        field.value = words;
        field.focus();
        show();
        remember();
      });
      mean.replaceChildren("Did you mean ", button, "?");
    }

    /** Ways on: all results where the dialog or a filter shows a part or none, other pages where
        there are none. */
    function onward(query, number, every) {
      if (!every) {
        const links = WAYS_ON.map(([name, page]) =>
          Object.assign(make("a", "kb-way", name), { href: new URL(page, ROOT).href }),
        );
        const browse = make("span", "", "Browse instead: ");
        return [browse, ...links.flatMap((link) => [link, " "]), ...(isWhole ? lineOf(query) : [])];
      }
      if (!number) {
        const lift = make("button", "kb-mend", "Show all kinds");
        lift.type = "button";
        lift.addEventListener("click", () => {
          field.focus();
          choose("");
        });
        return [lift];
      }
      if (!dialog || number <= most) return [];
      const link = make("a", "kb-way", `All ${number} results`);
      link.href = pageOf(query);
      return [link];
    }

    /** The query as a line of the table of everyday words, for whoever keeps that: nothing is sent,
        a reader copies it. */
    function lineOf(query) {
      const said = query.trim().replace(/\s+/g, " ");
      if (!said || said.length > LONG) return [];
      const line = Object.assign(make("textarea", "kb-line"), { rows: 1, readOnly: true });
      const cell = /[",]/.test(said) ? `"${said.replaceAll('"', '""')}"` : said;
      line.value = `${cell},`;
      line.cols = line.value.length + 1;
      line.addEventListener("focus", () => line.select());
      return [make("label", "kb-tell", "Missing here? Copy this line for the editors: ", line)];
    }

    const pageOf = (query) => {
      const address = new URL("search.html", ROOT);
      address.searchParams.set("q", query);
      if (only) address.searchParams.set("kind", only);
      return address.href;
    };

    /** Keep the query in the address of the page, so that it can be shared. */
    function remember() {
      if (dialog) return;
      try {
        history.replaceState(
          history.state,
          "",
          field.value.trim() ? pageOf(field.value.trim()) : location.pathname,
        );
      } catch {
        // a page from disk may not change its address
      }
    }

    function failed(error) {
      list.removeAttribute("aria-busy");
      status.textContent = `The search could not be loaded (${error.message}).`;
      foot.replaceChildren(...onward("", 0, 0));
      foot.hidden = false;
    }

    /** Show what more has come; who has gone down the list stays at the same result. */
    waiting.add(() => {
      if (!field.value.trim()) return;
      const chosen = active >= 0 && list.children[active].href;
      show();
      const again = [...list.children].findIndex(({ href }) => href === chosen);
      if (again >= 0) select(again);
    });
    field.addEventListener("input", () => {
      show();
      remember();
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        select(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        list.children[active].click();
      }
    });
    form.addEventListener("submit", (event) => {
      if (!dialog) event.preventDefault();
    });
    // A result on this very page: the dialog would stay before it.
    list.addEventListener("click", (event) => event.target.closest("a") && dialog?.close());

    if (!dialog) {
      const asked = new URLSearchParams(location.search);
      field.value ||= asked.get("q") || "";
      only = KINDS.some(([kind]) => kind === asked.get("kind")) ? asked.get("kind") : "";
    }
    indexed.catch(failed);
  }

  document.querySelectorAll("form.bd-search").forEach(attach);
})();
