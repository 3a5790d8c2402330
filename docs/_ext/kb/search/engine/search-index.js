/* What the search knows: the records of all places, and in which of them each word stands.

   For each field of a record there is a list of records by word, which score by BM25+.  A reader
   types before every text has come and a phone has read it: so makeIndex reads all that comes
   first, and grow the texts, in slices.  All state is in the index that makeIndex returns and every
   other function takes first.  No browser objects here.

   The index of a large book is made with the site instead, and read in parts: search-parts.js.

   search-query.js and search-ranking.js add to KB_SEARCH. */
globalThis.KB_SEARCH = (() => {
  "use strict";

  const { words, partsOf, singular, UNSPACED, STOP, SOFT } = KB_WORDS;

  const frozen = (value) => {
    if (typeof value === "object") Object.values(Object.freeze(value)).forEach(frozen);
    return value;
  };

  // Chosen on the queries of tests/support/queries.yaml, and on a thousand questions of others for
  // all places before they were listed; small changes change little.
  const TUNING = frozen({
    // BM25+: how soon more words of a field count less, how much, and what a word counts at least.
    bm25: { k: 1.2, b: 0.7, d: 0.5 },
    // What a word counts in each field of a record.
    fields: { title: 5, names: 7, questions: 3, summary: 1.3, text: 1, page: 1.2, terms: 1.5 },
    // What a word counts that is read in place of the one that was typed.
    readings: {
      meant: 0.8,
      meantOfKnown: 0.3,
      family: 0.75,
      split: 0.9,
      fuzzy: 0.6,
      prefix: 0.5,
      prefixOfKnown: 0.25,
    },
    // What a word of questions ('help', 'best') counts of another word, and if no page has it.
    soft: { known: 0.6, unknown: 0.2 },
    // A reading that counts less does not make a word common.
    sure: 0.4,
    // So many letters are read as the beginning of a word: of the last that is typed, of others.
    prefix: { last: 2, other: 4 },
    // A word is split into at most so many known ones, each at least so long.
    split: { parts: 3, shortest: 3 },
    // Words between these lengths are mended: of one slip, of two from `two` letters on (below
    // `sure` only of disorder), of another first letter from `first` on.  So many words count.
    // Words of up to `short` letters are too little for a query of several.  Slips of small words
    // ('should') have at least `small` letters.
    typos: { shortest: 3, small: 4, longest: 40, short: 5, two: 6, first: 7, sure: 8, words: 6 },
    // So many words of a query may be one name or one everyday phrase, and so many count at all.
    query: { name: 6, phrase: 4, words: 24 },
    kinds: { term: 1.1, claim: 1.05, page: 1.2, section: 1, food: 0.8, source: 0.4 },
    // The same where the query is a question.
    kindsAsked: { term: 0.7, claim: 1.5, page: 1, section: 1.2, food: 1, source: 0.8 },
    // The query is a name of the record.
    exact: { term: 7, claim: 4, page: 4, section: 4, food: 4, source: 4 },
    // A name of the term begins as the query does.
    begun: 3,
    // The query names the term and nothing else.  It names more: claims and sections are better.
    about: 3,
    relation: 0.55,
    // The query begins the name of a food.
    food: { worth: 2.5, letters: 3 },
    // How steeply a record falls that lacks words; what a term covers of a word that names it.
    cover: { base: 0.05, power: 2.5, term: 0.9 },
    // A question that the editors listed is alike.
    likeness: 5,
    // So alike to a listed question, or about so much of it, a claim is the answer.
    answer: { like: 0.5, share: 0.75 },
    // Words stand together as in the query; so many of the best records are looked at for that.
    pairs: { worth: 0.3, records: 40 },
    // Less of a query than this is no answer; less where it names a term, a food or an author.
    // Where nothing has so much, `loose` is shown, and said to be a part.
    enough: { plain: 0.5, named: 0.3, loose: 0.3 },
    // One of so many first results is about the query: it has two thirds of what that is about, or
    // less where it is a term that the query names, or tells of one, or the query says vitamin K.
    sureOf: { first: 2, ours: 0.4, named: 0.5, plain: 0.66 },
    // Of the best score.
    least: 0.02,
    // In so many of the results it is counted how the book writes a word.
    written: 10,
    // A part of a DOI or of a PubMed number: so long at least.
    identifier: { letters: 5 },
    // Of a record whose number the query names: before everything else.
    sureScore: 1000,
  });

  const HEADS = ["title", "names"];
  const BESIDE = ["questions", "summary", "page", "terms"];
  const CLAIM = /\bclaim [A-Z]\d+\b/g; // a number is no word: D3 and B12 are vitamins
  const NAMES = new Set(["term", "food"]); // whose titles are names of things
  const PLACED = new Set(["claim", "page", "section"]);

  // ---- Records ----------------------------------------------------------------------------------

  /** One object for each record, of the columns of the file. */
  function rows(pages, columns) {
    const names = Object.keys(columns);
    return columns.kind.map((_, id) =>
      placed({ id, ...Object.fromEntries(names.map((name) => [name, columns[name][id]])) }, pages),
    );
  }

  /** Give a record its whole anchor, its address and its keys. */
  function placed(record, pages) {
    record.title ||= ""; // of a claim without words
    record.anchor = anchorOf(record);
    record.address = pages[record.page].address + (record.anchor ? `#${record.anchor}` : "");
    const label = record.kind === "source" ? [labelOf(record)] : [];
    record.keys = new Set(
      [record.title, ...(record.names || []), ...label].map((name) => key(partsOf(name))),
    );
    return record;
  }

  /** The id of a record on its page; the file has 1 where the title spells it, and no kind before
      it. */
  function anchorOf({ kind, anchor, title }) {
    const short =
      anchor === 1
        ? title
            .toLowerCase()
            .replace(/[^a-z0-9]+/g, "-")
            .replace(/^-|-$/g, "")
        : anchor;
    return !short ? "" : kind === "section" ? short : `${kind}-${short}`;
  }

  const labelOf = (source) =>
    source.summary.match(/^.*?(?:\b\d{4}[a-z]?\b|, not dated(?:-[a-z])?)/)[0];

  /** Put author and year where the text of a record names the places of its sources. */
  function cited(records, text) {
    return text.replace(/\ue000(.)([\d,]+)\ue001/g, (_, role, places) => {
      const labels = places.split(",").map((place) => labelOf(records[place]));
      if (role === "t")
        return labels
          .map((label) => label.replace(/,? (\d{4}[a-z]?|not dated(?:-[a-z])?)$/, " ($1)"))
          .join(", ");
      return role === "p" ? `(${labels.join("; ")})` : labels.join("; ");
    });
  }

  /** Whether a part is one of a DOI, or a number in PubMed or PubMed Central. */
  const isNamed = (identifier, part) =>
    (identifier || "")
      .toLowerCase()
      .split(" ")
      .some((one) => (one.includes("/") ? one.includes(part) : one && bare(one) === bare(part)));

  const bare = (number) => number.replace("pmc", "");

  // ---- Words ------------------------------------------------------------------------------------

  /** A name as names are compared: 'MK 7' is 'mk-7', and 'gut brain axes' nearly 'gut-brain
      axis'. */
  const key = (tokens) =>
    tokens
      .filter((word) => !STOP.has(word))
      .map(singular)
      .join("");

  /** How rare a word is on the site. */
  const rarity = ({ records, spread }, word) =>
    Math.log(1 + (records.length + 1) / ((spread.get(word) || 0) + 0.5));

  /** What a word counts among words: rare ones much, those of questions little. */
  const heft = (index, word) => rarity(index, word) * (SOFT.has(word) ? TUNING.soft.known : 1);

  const kept = new WeakMap(); // index, {read: how much of it was read, answers: by what was asked}

  /** What `ask(index, word)` says, kept until more has been read: who types on asks the same of the
      words before. */
  function remembered(index, ask, word) {
    if (kept.get(index)?.read !== index.read)
      kept.set(index, { read: index.read, answers: new Map() });
    const { answers } = kept.get(index);
    if (!answers.has(ask)) answers.set(ask, new Map());
    const known = answers.get(ask);
    if (!known.has(word)) known.set(word, ask(index, word));
    return known.get(word);
  }

  const stemmer = new EnglishStemmer();
  const stems = new Map();

  function stem(word) {
    if (word.length < 4 || /\d/.test(word)) return word;
    if (!stems.has(word)) stems.set(word, stemmer.stemWord(word));
    return stems.get(word);
  }

  /** The same as `key` of a phrase of readers, by its stems: 'hardened arteries' is 'hardening
      arteries'.  It keeps its small words where else only one would be left: 'too much', 'over the
      counter'. */
  function phraseKey(tokens) {
    const left = tokens.filter((word) => !STOP.has(word));
    const isSmall = tokens.length > 1 && left.length < 2;
    return isSmall ? ` ${tokens.map(stem).join(" ")}` : left.map(stem).join("");
  }

  /** The words of the site that share the stem of a word: stems differ from their words behind
      the third letter. */
  function family({ byLetter }, word) {
    const root = stem(word);
    return (byLetter.get(word[0]) || []).filter(
      (other) => other.startsWith(word.slice(0, 3)) && stem(other) === root,
    );
  }

  // ---- The index --------------------------------------------------------------------------------

  /** Return an index of all that the first file has; `takeTexts` and `grow` add the rest.  Functions
      use of it what is without a note here that says otherwise, and need no more of a large book. */
  function makeIndex({ pages, columns, everyday, warnings = [] }) {
    const index = {
      pages,
      records: rows(pages, columns),
      spread: new Map(), // word, in how many fields of records it stands
      byLetter: new Map(), // words of the site by their first letter
      byRest: new Map(), // the longer ones by what follows it
      claims: new Map(), // claims by their numbers in small letters
      names: new Map(), // numbers of records by the keys of their names
      titled: new Map(), // words of titles and names: 2 of terms and foods, 1 of others
      // first words of foods and first authors: who asks for 'miso soup' is served by miso
      subjects: new Set(),
      // call `each` with every record that has a word, and what it counts there
      places: (word, each) => places(index, word, each),
      // sources that an identifier, or a part of it, names
      identified: (part) => index.records.filter(({ identifier }) => isNamed(identifier, part)),
      // ask for words, entries or records before they are used
      need: () => {},
      closely: Infinity, // so many of the best records are there to be looked at closely
      fields: Object.fromEntries(Object.keys(TUNING.fields).map((name) => [name, emptyField()])),
      later: [], // texts of records that have come, and are not read yet
      read: 0, // so many of these are
      ...said(everyday),
    };
    for (const record of index.records) {
      read(index, record);
      if (record.kind === "source" && record.names)
        index.subjects.add(singular(partsOf(labelOf(record))[0]));
      if (record.kind === "claim") index.claims.set(record.anchor.replace("claim-", ""), record);
      if (record.kind === "food")
        for (const name of [record.title, ...record.names])
          index.subjects.add(singular(partsOf(name)[0]));
    }
    index.warnings = KB_WARNINGS.makeWarnings(warnings, index.records);
    return index;
  }

  /** What readers say, as an index keeps it. */
  function said(everyday) {
    const found = {
      meanings: new Map(), // what readers say, by its key, for what the book says
      known: new Set(), // words that readers say, and that are not misspelled therefore
      knownStems: new Set(),
      foreign: new Map(), // words of other languages by their keys, and what the book says for them
      unspaced: [], // those of scripts without spaces, the longest first
    };
    for (const line of everyday ? everyday.split("\n") : []) {
      const [meant, phrases] = line.split("=").map((side) => side.split("|"));
      for (const phrase of phrases) {
        const tokens = partsOf(phrase);
        list(found.meanings, phraseKey(tokens), ...meant.map((one) => partsOf(one)));
        for (const word of tokens) {
          found.known.add(word);
          found.knownStems.add(stem(word));
        }
      }
    }
    return found;
  }

  /** Whether words are English words of the tables, which mean themselves: 'dépression'. */
  const isOwn = ({ spread, meanings }, tokens) =>
    tokens.every(
      (word) =>
        spread.has(word) || meanings.has(phraseKey([word])) || STOP.has(word) || SOFT.has(word),
    );

  /** A word as a keyboard without dots gives it: 'Kaese'. */
  const undotted = (word) =>
    word.replace(/[äöü]/gi, (sign) => `${sign.normalize("NFD")[0]}e`);

  /** Learn the words of other languages: [[what the book says, words for it], ...]; the first of
      what the book says stands for them.  Words of the book are not among them. */
  function learn(index, concepts) {
    const isKnown = (tokens) => isOwn({ spread: new Map(), meanings: index.meanings }, tokens);
    for (const [meant, words] of concepts)
      for (const word of words) {
        for (const spelled of new Set([word, undotted(word)])) {
          const tokens = partsOf(spelled);
          const id = key(tokens);
          if (!isKnown(tokens) && !index.foreign.has(id)) index.foreign.set(id, meant[0]);
        }
        if (UNSPACED.test(word) && !isKnown(partsOf(word))) index.unspaced.push(word);
      }
    index.unspaced.sort((a, b) => b.length - a.length);
    return index;
  }

  /** Take the texts that come after, by the numbers of their records, with the identifiers of
      sources; `grow` reads them. */
  function takeTexts(index, texts, identifiers = []) {
    identifiers.forEach((one, id) => (index.records[id].identifier = one));
    index.later = texts.map((text, id) => [index.records[id], text]).filter(([, text]) => text);
  }

  /** Read texts for so many milliseconds; true when all that have come are read. */
  function grow(index, time = Infinity) {
    const until = performance.now() + time;
    while (index.read < index.later.length && performance.now() < until) {
      const [record, text] = index.later[index.read++];
      readText(index, record, text);
    }
    return index.read === index.later.length;
  }

  /** Read all of a record that the first file has. */
  function read(index, record) {
    for (const field of [...HEADS, ...BESIDE]) add(index, field, record);
    if (record.text) readText(index, record, record.text);
    for (const name of record.keys) if (name) list(index.names, name, record.id);
  }

  function readText(index, record, text) {
    record.text = cited(index.records, text);
    delete record.said;
    add(index, "text", record);
  }

  /** What a record says, as words between spaces: a phrase stands in it as it does here. */
  function saidBy(record) {
    const { title, names, summary, text } = record;
    const texts = [title, ...(names || []), summary, text].filter(Boolean);
    return (record.said ||= ` ${texts.map((one) => partsOf(one).join(" ")).join(" . ")} `);
  }

  /** The term of the glossary that has a name with this key, as its number. */
  const termOf = ({ names, records }, name) =>
    name ? (names.get(name) || []).find((id) => records[id].kind === "term") : undefined;

  /** The records that have every one of the words, in the order of the book. */
  function recordsWith({ places, records }, words) {
    const [first, ...others] = words.map((word) => {
      const found = new Set();
      places(word, (id) => found.add(id));
      return found;
    });
    return [...first]
      .filter((id) => others.every((ids) => ids.has(id)))
      .sort((a, b) => a - b)
      .map((id) => records[id]);
  }

  // ---- A field ----------------------------------------------------------------------------------

  /** Of one field: the records of each word, how many words each record has, and how many have
      been read. */
  const emptyField = () => ({ places: new Map(), sizes: [], words: 0, records: 0 });

  function add(index, name, record) {
    const found = fieldWords(index, record, name);
    if (!found.size) return;
    const field = index.fields[name];
    field.sizes[record.id] = found.size;
    field.words += found.size;
    field.records += 1;
    const worth = HEADS.includes(name) ? (NAMES.has(record.kind) ? 2 : 1) : 0;
    for (const word of found) {
      list(field.places, word, record.id);
      if (name !== "page" && name !== "terms") note(index, word);
      if (worth > (index.titled.get(word) || 0)) index.titled.set(word, worth);
    }
  }

  /** Call `each` with the number of every record that has a word, and what it counts in a field of
      it, by BM25+. */
  function places({ fields, records }, word, each) {
    const { k, b, d } = TUNING.bm25;
    for (const [name, worth] of Object.entries(TUNING.fields)) {
      const field = fields[name];
      const ids = field.places.get(word);
      if (!ids) continue;
      const rare = Math.log(1 + (records.length - ids.length + 0.5) / (ids.length + 0.5));
      const length = (b * field.records) / field.words;
      for (const id of ids) {
        const long = 1 + k * (1 - b + length * field.sizes[id]);
        each(id, worth * rare * (d + (k + 1) / long));
      }
    }
  }

  /** What stands in a field of a record, as words, each once: passages are short, and repetition
      says little. */
  function fieldWords({ pages }, record, field) {
    if (field === "terms")
      return new Set(
        (record.kind === "term" ? [record.id] : [])
          .concat(record.terms || [])
          .map((term) => `§${term}`),
      );
    const held =
      field === "page" ? PLACED.has(record.kind) && pages[record.page].title : record[field];
    const text = (Array.isArray(held) ? held.join(" ; ") : held || "").replace(CLAIM, "");
    const found = new Set(text && words(text));
    for (const word of found) if (STOP.has(word)) found.delete(word);
    return found;
  }

  function note({ spread, byLetter, byRest }, word) {
    const before = spread.get(word);
    spread.set(word, (before || 0) + 1);
    if (before) return;
    list(byLetter, word[0], word);
    if (word.length >= TUNING.typos.first - 2) list(byRest, word.slice(1), word);
  }

  function list(lists, name, ...words) {
    const listed = lists.get(name);
    if (listed) listed.push(...words);
    else lists.set(name, words);
  }

  return {
    TUNING, makeIndex, takeTexts, grow, learn, said, placed, saidBy, fieldWords, recordsWith,
    termOf, key, phraseKey, stem, rarity, heft, remembered, family, isOwn,
  };
})();
