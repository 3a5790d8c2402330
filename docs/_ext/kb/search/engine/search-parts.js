/* The index of a large book, which the build has made (kb/search/shards.py), and whose parts are
   read as a query needs them.

   It offers what the index of search-index.js does.  What lies in a part that is not there yet
   cannot be said: then everything throws Lacking, with the names of such parts, and the query is
   asked again when these have come.  Adds openIndex and Lacking to KB_SEARCH. */
(() => {
  "use strict";

  const { singular } = KB_WORDS;
  const { said, placed } = KB_SEARCH;
  const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
  const VALUES = Object.fromEntries([...SIGNS].map((sign, value) => [sign, value]));
  const LEVELS = Array.from(SIGNS, (_, level) => Math.exp(-level / 16));
  const WHOLE = /[=#@]$|^@/; // entries of what is looked up as a whole, and not by its words
  const CLOSELY = 24; // so many records of a query come before its results are listed
  const NONE = { words: [], at: new Map(), letters: new Map() };

  class Lacking extends Error {
    constructor(parts) {
      super(parts.join(", "));
      this.parts = parts;
    }
  }

  // ---- What a part says -------------------------------------------------------------------------

  /** The words of a list that leaves out what each shares with the one before. */
  function unfolded(list) {
    let word = "";
    return Array.from(list.matchAll(/([A-Z])([^A-Z]*)/g), ([, shared, rest]) => {
      word = word.slice(0, VALUES[shared]) + rest;
      return word;
    });
  }

  const placesIn = (words) => new Map(words.map((word, at) => [word, at]));

  function listed({ words: list, spread, marks }) {
    const words = unfolded(list);
    const letters = new Map();
    for (const word of words)
      if (letters.has(word[0])) letters.get(word[0]).push(word);
      else letters.set(word[0], [word]);
    return { words, at: placesIn(words), letters, spread: numbers(spread), marks };
  }

  function entered({ entries: list, places }) {
    const entries = unfolded(list);
    return { entries, at: placesIn(entries), places: places.split(" ") };
  }

  /** The number that begins at a place of `signs`, and the place behind it. */
  function numberAt(signs, at) {
    let value = 0;
    for (; ; at++) {
      const bits = VALUES[signs[at]];
      value = value * 32 + (bits & 31);
      if (bits < 32) return [value, at + 1];
    }
  }

  function numbers(signs) {
    const found = [];
    for (let at = 0, value; at < signs.length; found.push(value)) [value, at] = numberAt(signs, at);
    return found;
  }

  // ---- The index --------------------------------------------------------------------------------

  /** Return an index of the parts that are there, and of those that come to be there. */
  function openIndex({ kinds, groups, starts, rows, everyday, warnings = [] }, parts) {
    const made = new Map();
    const pages = {};
    const spread = new Map(); // of the words of the questions that have come
    const keys = new Set();
    const records = kinds
      .flatMap(([kind, count]) => new Array(count).fill(kind))
      .map((kind, id) => ({ id, kind, keys }));

    /** Stop if one of the parts is not there. */
    function here(names) {
      const lacking = [...new Set(names)].filter((name) => !parts[name]);
      if (lacking.length) throw new Lacking(lacking);
    }

    function part(name, make) {
      if (!made.has(name)) {
        here([name]);
        made.set(name, make(parts[name]));
      }
      return made.get(name);
    }

    // ---- Words ----

    const groupOf = (word) => (/^[a-z]/.test(word) ? word[0] : /^\d/.test(word) ? "0" : "_");
    const hasGroup = (word) => word && groups.includes(groupOf(word));
    const listOf = (word) => (hasGroup(word) ? part(`w-${groupOf(word)}`, listed) : NONE);

    function marksOf(word) {
      const { at, marks } = listOf(word);
      return at.has(word) ? Number(marks[at.get(word)]) : 0;
    }

    // ---- Entries ----

    /** The name of the part in which an entry is, if it is anywhere. */
    function partWith(entry) {
      let low = 0,
        high = starts.length;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (starts[middle] <= entry) low = middle;
        else high = middle;
      }
      return `e-${low}`;
    }

    function places(entry, each) {
      const { at, places: all } = part(partWith(entry), entered);
      if (!at.has(entry)) return;
      const signs = all[at.get(entry)];
      const isWhole = WHOLE.test(entry);
      let [most, next] = numberAt(signs, 0),
        id = 0,
        step;
      while (next < signs.length) {
        [step, next] = numberAt(signs, next);
        id += step;
        each(id, isWhole ? 0 : (most / 16) * LEVELS[VALUES[signs[next++]]]);
      }
    }

    function having(entry) {
      const found = [];
      places(entry, (id) => found.push(id));
      return found;
    }

    /** Sources with a number, or with a DOI that begins so or goes on so behind its slash. */
    function identified(number) {
      const { entries } = part(partWith(`@${number}`), entered);
      const begun = entries.filter((entry) => entry.startsWith(`@${number}`));
      const found = [...begun, `${number.replace("pmc", "")}@`].flatMap(having);
      return [...new Set(found)].map((id) => records[id]);
    }

    // ---- Records ----

    const partOf = (id) => `r-${Math.floor(id / rows)}`;

    function fill(name) {
      const first = rows * Number(name.slice(2));
      part(name, ({ columns, pages: some, spread: asked }) => {
        Object.assign(pages, some);
        for (const [word, number] of Object.entries(asked)) spread.set(word, number);
        columns.page.forEach((_, at) => {
          const record = records[first + at];
          for (const column of Object.keys(columns)) record[column] = columns[column][at];
          placed(record, pages);
        });
        return true;
      });
    }

    /** Ask for words, entries or records before they are used, so that all come at once. */
    function need(kind, things) {
      const all = [...things];
      if (kind === "words") return here(all.filter(hasGroup).map((word) => `w-${groupOf(word)}`));
      const names = new Set(all.map(kind === "entries" ? partWith : partOf));
      here(names);
      if (kind === "records") names.forEach(fill);
    }

    return {
      pages,
      records,
      spread: {
        has: (word) => listOf(word).at.has(word),
        get: (word) => spread.get(word) ?? listOf(word).spread?.[listOf(word).at.get(word)],
      },
      byLetter: { get: (letter) => listOf(letter).letters.get(letter) },
      byRest: {
        get(rest) {
          const all = Array.from(groups, (letter) => letter + rest);
          need("words", all);
          return all.filter((word) => listOf(word).at.has(word));
        },
      },
      claims: { get: (number) => records[having(`${number}#`)[0]] },
      names: { get: (name) => having(`${name}=`) },
      titled: { get: (word) => marksOf(word) % 3 },
      subjects: { has: (word) => marksOf(word) > 2 },
      places,
      identified,
      need,
      closely: CLOSELY,
      read: 0,
      warnings: KB_WARNINGS.makeWarnings(warnings, records),
      ...said(everyday),
    };
  }

  Object.assign(KB_SEARCH, { openIndex, Lacking });
})();
