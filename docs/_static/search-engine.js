/* The search without its looks: which records answer a query, in which order.

   MiniSearch keeps the index and scores by BM25+.  Ours is what it is asked, and what is done with its
   answer: words are folded (Greek letters, units, hyphens, British spelling), a word that the site does
   not know is read as the nearest that it knows, names of the glossary are recognized, and the candidates
   are ordered by how much of the query they cover.  No browser objects here: Node runs it as well.

   KB_ENGINE.start(data) takes what _ext/search_records.py wrote and returns {find, words, ...}. */
(() => {
  "use strict";

  // ---- Words ------------------------------------------------------------------------------------

  const GREEK = {
    α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ζ: "zeta", η: "eta", θ: "theta", ι: "iota", κ: "kappa",
    λ: "lambda", μ: "mu", ν: "nu", ξ: "xi", ο: "omicron", π: "pi", ρ: "rho", σ: "sigma", ς: "sigma", τ: "tau", υ: "upsilon",
    φ: "phi", χ: "chi", ψ: "psi", ω: "omega",
  };
  const LETTERS = { ß: "ss", ø: "o", ł: "l", æ: "e" };
  const MICROGRAM = /^(?:mcg|micrograms?)$/;
  const DATED = /^((?:19|20)\d\d)([a-d])$/;
  const MEASURE = /^(\d+)(ug|mg|g|kg|ml|nmol|pmol|mmol|iu|pg|ng)$/;
  // Words that carry no subject.
  const STOP = new Set(
    ("a an and any are as at be been being but by can could did do does doing et for from had has have having he her his how i if in into is it its me my no " +
      "nor not of off on or our out over own per she should so some such than that the their them then there these they this those to too under up us " +
      "was we were what when where which while who whom whose why will with would you your am about via vs versus whether im ive").split(" "),
  );
  // Words of questions: they may be found, but a record without them answers as well.
  const SOFT = new Set(
    (
      "able according act actually add affect affects again ago allow almost already also always another anyone " +
      "anything apart around ask available avoid aware away back bad based basically because become before begin " +
      "beginning behind believe benefit benefits best better big bit bother bottom bring brings build buy call care " +
      "carry cause causes change check choose clean clear close come comes coming common compare complete concerned " +
      "consider contact contain contains content cost count cover cure current currently cut dad daughter deal decide decrease " +
      "deep depend describe despite develop difference different difficult direct directly doctor done door down drop " +
      "during each early easy eat eating effect effective effects else elsewhere end ended enough even ever every " +
      "everyday everything evidence exact exactly exist expect explain explained extra fact fail fairly far fast father " +
      "feel feeling few fight figure final finally find first fix follow follows force found friend front full further " +
      "gave general get gets getting give given go goes going gone good got great grow guess had half happen happens " +
      "hard harder hear heard hello help helped helpful helping helps here high hold honest honestly hope hour hours " +
      "husband idea important improve improves increase increased increases inside instead interested interesting issue " +
      "itself job just k k2 keep kept kind knew know known knows large last late lately later latest lead learn least " +
      "leave left less let like likely line link list listed little live living long look looking lose lot lots low " +
      "lower made main major make makes making manage many matter maybe mean meaning means mention might minute month " +
      "months more morning most mother move much mum must myself named near nearly necessary need needed needs never " +
      "new next nice night none normal nothing notice now number often ok okay old once one only open order original " +
      "other others page part particular past pay people percent perhaps person pick place plan please point possible " +
      "possibly prefer present pretty prevent prevents probably problem produce proof proper proven provide put " +
      "question questions quick quickly quite raise raises rather reach read ready real really reason receive recent " +
      "recommend reduce regular related replace report require rest rid right role round run running runs safely said " +
      "same save say says see seem seems seen send sense serious seriously set several shall short show shown side " +
      "similar simple simply since single site situation size slightly small someone something sometimes son soon sort " +
      "sound speak special spend stand start started state stay steps still stop strengthen strong stronger strongest " +
      "studies study suggest supplement supplements supposed sure taken takes taking talk talking tell tells tend thank " +
      "thanks therefore thing things think though thought through time times tiny today together told top total touch " +
      "toward treat treats tried true truly truth try trying turn turned turning turns type types typical understand " +
      "unless until upon use used useful user uses using usual usually various version very vitamin wait walk want " +
      "wanted wants watch way ways website week weeks well went whatever whenever wherever whether whole wife wonder " +
      "wondering word words work worked working works world worry worse worst worth write written wrong year years yes " +
      "yet young yourself"
    ).split(" "),
  );
  const SPELLING = [
    [/ae(?=[a-z])/g, "e"], [/oe(?=[a-z]{2})/g, "e"], // coeliac, paediatric, oedema
    [/ph/g, "f"], // sulphur
    [/([a-z]{2})our(?=$|s$|al$|ed$|ing$|able$|ful$)/, "$1or"], // tumour, behavioural
    [/([a-z]{2})is(e|ed|es|er|ing|ation|ations)$/, "$1iz$2"], // randomised
    [/([a-z]{2})ys(e|ed|es|ing)$/, "$1yz$2"], // analysed
    [/([a-z]{2}[bt])re(s?)$/, "$1er$2"], // fibre, centre
    [/yoghurt/, "yogurt"], [/^soya/, "soy"], [/([a-z]{3})ll(ed|ing)$/, "$1l$2"], [/ogue(s?)$/, "og$1"], [/^tumm(y|ies)$/, "stomach"],
  ];
  const SPELLED = /ae|oe|ph|our|is[ei]|ys[ei]|[bt]re|yogh|soya|ll(?:ed|ing)$|ogue|tumm/;
  // Of each sign: 0 ends a word, 1 is a part of one, 2 joins two parts.
  const SIGNS = new Uint8Array(65536);
  for (const [from, to] of ["09", "az", "ªª", "µµ", "ºº", "ßʯ", "Ͱϯ", "Ѐԯ", "Ḁ῿", "⁰₟", "ぁヿ", "一鿿"]) SIGNS.fill(1, from.charCodeAt(0), to.charCodeAt(0) + 1);
  for (const sign of "×÷;΄΅·") SIGNS[sign.charCodeAt(0)] = 0;
  for (const sign of "-‐‑–−'’.,/") SIGNS[sign.charCodeAt(0)] = 2;

  const known = new Map(); // chunk of text, its words

  /** The words of a text as the index knows them, in order; a hyphenated word gives itself and its parts. */
  function words(text) {
    const found = [];
    chunks(text, (chunk) => {
      const { whole, parts } = formsOf(chunk);
      if (whole) found.push(whole);
      for (const part of parts) found.push(part);
    });
    return found;
  }

  /** The words of a text without the wholes of hyphenated ones. */
  function partsOf(text) {
    const found = [];
    chunks(text, (chunk) => found.push(...formsOf(chunk).parts));
    return found;
  }

  function formsOf(chunk) {
    let forms = known.get(chunk);
    if (!forms) known.set(chunk, (forms = fold(chunk)));
    return forms;
  }

  /** Call `each` with every run of letters and digits, lower case, hyphens and the like within it, and with its place. */
  function chunks(text, each) {
    const low = text.toLowerCase();
    const kept = low.length === text.length ? low : text; // a few letters grow when made small
    for (let at = 0; at < kept.length; at++) {
      if (SIGNS[kept.charCodeAt(at)] !== 1) continue;
      let end = at + 1;
      while (SIGNS[kept.charCodeAt(end)] === 1 || (SIGNS[kept.charCodeAt(end)] === 2 && SIGNS[kept.charCodeAt(end + 1)] === 1)) end++;
      each(kept.slice(at, end), at, end);
      at = end;
    }
  }

  function fold(chunk) {
    if (/^[a-z]+$/.test(chunk)) return { parts: [MICROGRAM.test(chunk) ? "ug" : spelled(chunk)] };
    const even = chunk.normalize("NFKC").toLowerCase();
    if (/^\d+(?:[.,]\d+)*$/.test(even)) return { parts: [even.replace(/,(?=\d{3}(\D|$))/g, "").replace(/\.0+$/, "")] };
    const bare = even.replace(/['’]s\b/g, "").replace(/['’]/g, "");
    const parts = bare.split(/[-‐‑–−.,/]/).flatMap(plain).filter(Boolean);
    return parts.length > 1 && /[-‐‑–−]/.test(bare) ? { whole: parts.join(""), parts } : { parts };
  }

  const spelled = (word) => (SPELLED.test(word) ? SPELLING.reduce((mended, [from, to]) => mended.replace(from, to), word) : word);

  function plain(part) {
    const letters = part.replace(/(^|\d)(?:μg|mcg|micrograms?)$/, "$1ug").replace(/[α-ω]/g, (sign) => GREEK[sign] || sign);
    const ascii = letters.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[ßøłæ]/g, (sign) => LETTERS[sign]);
    const measured = ascii.match(MEASURE) || ascii.match(DATED);
    return measured ? [measured[1], measured[2]] : [spelled(ascii)];
  }

  const sorted = (word) => [...word].sort().join("");

  /** Edits between two words, a swap of neighbors counting once; anything above `most` is `most + 1`. */
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1];
        let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        row.push(cost);
        least = Math.min(least, cost);
      }
      if (least > most) return most + 1;
      before = last;
      last = row;
    }
    return last[b.length];
  }

  // ---- The index --------------------------------------------------------------------------------

  // Two indexes, since a reader types before a phone has read every text: names first, texts in slices after.
  const HEADS = ["h", "a"];
  const BODIES = ["q", "s", "x", "p", "c"];
  const WEIGHTS = { h: 5, a: 5, q: 2, s: 2, x: 1, p: 1.2, c: 2.5 };
  const NEAR = { meant: 0.8, family: 0.75, split: 0.9, fuzzy: 0.6, prefix: 0.5, soft: 0.35 };
  const KINDS = { term: 1.1, claim: 1.05, page: 1.2, section: 1, food: 0.8, source: 0.6 };
  const ASKED = { term: 0.7, claim: 1.5, page: 1, section: 1.2, food: 1, source: 0.8 };
  const SITE = new Set(["k2", "k", "vitamin"]);
  const ENOUGH = { plain: 0.5, named: 0.3 };
  const UNKNOWN = 1;
  const TUNE = globalThis.KB_TUNE || { relation: 0.4, about: 3, base: 0.05, power: 3, pair: 0.3, begun: 3, asked: 3 };
  const LOOKED_AT = 40; // so many of the best are looked at for words that stand together
  const PLACED = new Set(["claim", "page", "section"]);

  /** What stands in a field of a record, as words, each once: passages are short, and repetition says little. */
  function fieldWords(pages, record, field) {
    if (field === "c") return (record.k === "term" ? [record.id] : []).concat(record.c || []).map((term) => `§${term}`);
    const text = field === "p" ? (PLACED.has(record.k) ? pages[record.p][1] : "") : Array.isArray(record[field]) ? record[field].join(" ; ") : record[field] || "";
    return text && [...new Set(words(text))].filter((word) => !STOP.has(word));
  }

  function emptyIndex(fields) {
    const same = (word) => word;
    return new MiniSearch({ fields, extractField: (record, field) => record[field], tokenize: (listed) => listed, processTerm: same });
  }

  /** One object for each record, of the columns of the file. */
  function rows(columns) {
    const names = Object.keys(columns);
    return columns.k.map((kind, id) => {
      const record = { id, said: "" };
      for (const name of names) record[name] = columns[name][id];
      const short = record.i === 1 ? record.h.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") : record.i;
      record.i = !short ? "" : kind === "section" ? short : `${kind}-${short}`;
      return record;
    });
  }

  const labelOf = (source) => source.s.match(/^.*?\b\d{4}[a-z]?\b/)[0];

  /** Put author and year where the text of a record names the places of its sources. */
  function cited(records, text) {
    return text.replace(/\ue000(.)([\d,]+)\ue001/g, (_, role, places) => {
      const labels = places.split(",").map((place) => labelOf(records[place]));
      if (role === "t") return labels.map((label) => label.replace(/ (\d{4}[a-z]?)$/, " ($1)")).join(", ");
      return role === "p" ? `(${labels.join("; ")})` : labels.join("; ");
    });
  }

  function start({ pages, columns, everyday }) {
    const records = rows(columns);
    const heads = emptyIndex(HEADS), bodies = emptyIndex(BODIES);
    const spread = new Map(); // word, in how many fields of records it stands
    const byLetter = new Map(); // words of the site by their first letter
    let read = 0;

    function note(word) {
      const before = spread.get(word);
      spread.set(word, (before || 0) + 1);
      if (before) return;
      const listed = byLetter.get(word[0]);
      if (listed) listed.push(word);
      else byLetter.set(word[0], [word]);
    }

    function add(index, fields, record) {
      const listed = { id: record.id };
      for (const field of fields) {
        const found = fieldWords(pages, record, field);
        if (!found.length) continue;
        if (field !== "p" && field !== "c") found.forEach(note);
        listed[field] = { toString: () => found }; // MiniSearch asks for the text of a field; ours is a list already
      }
      index.add(listed);
    }

    /** Read texts for so many milliseconds; true when all are read. */
    function grow(time = Infinity) {
      const until = performance.now() + time;
      while (read < records.length && performance.now() < until) {
        const record = records[read++];
        if (record.x) record.x = cited(records, record.x);
        add(bodies, BODIES, record);
        record.said = ` ${[record.h, ...(record.a || []), record.s, record.x].flatMap((text) => (text ? [...partsOf(text), "."] : [])).join(" ")} `;
      }
      return read === records.length;
    }

    for (const record of records) add(heads, HEADS, record);

    const stemmer = new EnglishStemmer();
    const stems = new Map();
    const stem = (word) => {
      if (word.length < 4 || /\d/.test(word)) return word;
      if (!stems.has(word)) stems.set(word, stemmer.stemWord(word));
      return stems.get(word);
    };
    /** The words of the site that share the stem of a word: stems differ from their words behind the third letter. */
    const family = (word) => {
      const root = stem(word);
      return (byLetter.get(word[0]) || []).filter((other) => other.startsWith(word.slice(0, 3)) && stem(other) === root);
    };
    const singular = (word) => word.replace(/(?<=[a-z]{2}[^su])s$|(?<=[sxz]|ch|sh)es$/, "");
    /** A name as names are compared: 'MK 7' is 'mk-7', and 'gut brain axes' nearly 'gut-brain axis'. */
    const key = (tokens) => tokens.filter((word) => !STOP.has(word)).map(singular).join("");
    // Names of the glossary by their words, for what a query is about.
    const names = new Map();
    for (const record of records) {
      const label = record.k === "source" ? [labelOf(record)] : [];
      record.keys = new Set([record.h, ...(record.a || []), ...label].map((name) => key(partsOf(name))));
      if (record.k === "term") for (const name of record.keys) if (name && !names.has(name)) names.set(name, record.id);
    }
    // The first words of foods, and the first authors of sources: who asks for 'miso soup' is served by miso.
    const foods = records.filter(({ k }) => k === "food").flatMap(({ h, a }) => [h, ...a].map((name) => partsOf(name)[0]));
    const authors = records.filter(({ k }) => k === "source").map((record) => partsOf(labelOf(record))[0]);
    const subjects = new Set([...foods, ...authors].map(singular));
    // What readers say for what the book says, by the key of their words.
    const meanings = new Map();
    for (const [said, meant] of Object.entries(everyday)) meanings.set(key(partsOf(said)), meant.map((phrase) => partsOf(phrase)));
    /** The questions that the editors list for a record, each as the set of its words. */
    const questionsOf = (record) => (record.asked ||= (record.q || []).map((question) => new Set(partsOf(question).filter((word) => !STOP.has(word)).map(singular))));
    const rarity = (word) => Math.log(1 + (records.length + 1) / ((spread.get(word) || 0) + 0.5));

    // ---- A query --------------------------------------------------------------------------------

    /** How one word of a query may stand in the index: words with their weights. */
    function readings(word, isLast) {
      const found = new Map();
      const add = (other, weight) => found.set(other, Math.max(weight, found.get(other) || 0));
      if (spread.has(word)) add(word, 1);
      for (const other of family(word)) if (other !== word) add(other, NEAR.family);
      const least = isLast ? 2 : 4;
      let begins = false;
      if (word.length >= least && !/^\d+$/.test(word)) {
        for (const other of byLetter.get(word[0]) || []) {
          if (other !== word && other.startsWith(word)) {
            begins = true;
            add(other, NEAR.prefix * (found.size && spread.has(word) ? 0.5 : 1) * Math.sqrt(word.length / other.length));
          }
        }
      }
      if (!found.size) for (const parts of splits(word).filter(isSaid)) for (const part of parts) add(part, NEAR.split);
      if (spread.has(word) || (begins && isLast)) return { found, fuzzy: "" };
      const kin = new Set(found.keys()), near = nearest(word);
      for (const [other, far] of near) add(other, NEAR.fuzzy / Math.max(1, far));
      return { found, fuzzy: near.length && !kin.has(near[0][0]) ? near[0][0] : "" };
    }

    /** The ways to read a word as several known ones: 'leakygut', 'vandenheuvel'. */
    function splits(word, most = 3) {
      const found = spread.has(word) && most < 3 ? [[word]] : [];
      for (let at = 3; most > 1 && at <= word.length - 3; at++) {
        if (spread.has(word.slice(0, at))) found.push(...splits(word.slice(at), most - 1).map((rest) => [word.slice(0, at), ...rest]));
      }
      return found;
    }

    const isSaid = (parts) => records.some((record) => record.said.includes(` ${parts.join(" ")} `));

    /** The known words nearest to a misspelled one, the best first. */
    function nearest(word) {
      const most = word.length < 4 || /\d/.test(word) ? 0 : word.length < 6 ? 1 : 2;
      if (!most) return [];
      const found = [], bare = singular(word);
      for (const other of spread.keys()) {
        if (other.length < 4 || /\d/.test(other)) continue;
        const limit = other[0] === word[0] ? most : word.length > 6 ? 1 : 0;
        const far = limit ? Math.min(distance(word, other, limit), bare === word ? 9 : distance(bare, other, limit)) : 9;
        // Two slips in a short word are too many, unless its letters stand in disorder: 'chrons' for 'Crohn'.
        if (far > limit || (far > 1 && word.length < 8 && sorted(bare) !== sorted(singular(other)))) continue;
        found.push([other, far]);
      }
      const best = Math.min(...found.map(([, far]) => far));
      return found.filter(([, far]) => far === best).sort((a, b) => spread.get(b[0]) - spread.get(a[0])).slice(0, 6);
    }

    /** The terms of the glossary that a query names, the longest names first. */
    function named(tokens) {
      const found = new Map(), taken = new Set();
      for (let size = Math.min(6, tokens.length); size > 0; size--) {
        for (let at = 0; at + size <= tokens.length; at++) {
          const id = names.get(key(tokens.slice(at, at + size)));
          const span = Array.from({ length: size }, (_, i) => at + i);
          if (id === undefined || span.some((i) => taken.has(i))) continue;
          span.forEach((i) => taken.add(i));
          found.set(id, span);
        }
      }
      return found;
    }

    /** The terms whose names of two words stand in a query apart, or the other way round: 'is my gut leaky'. */
    function scattered(tokens, found) {
      const free = tokens.map((_, i) => i).filter((i) => ![...found.values()].some((span) => span.includes(i)));
      for (const i of free) for (const j of free) {
        const id = i === j ? undefined : names.get(key([tokens[i], tokens[j]]));
        if (id !== undefined && !found.has(id)) found.set(id, [i, j]);
      }
      return found;
    }

    /** What stands in quotation marks, and the query without the marks. */
    function quoted(query) {
      const phrases = [...query.matchAll(/["“”„]([^"“”„]+)["“”„]/g)].map((match) => partsOf(match[1]).join(" ")).filter(Boolean);
      return [phrases, query.replace(/["“”„]/g, " ")];
    }

    function parse(query) {
      const [phrases, text] = quoted(query);
      const tokens = together(partsOf(text));
      let content = tokens.filter((word) => !STOP.has(word));
      if (!content.length) content = tokens;
      const isOpen = !/[\s?.!]$/.test(query);
      const parts = [...new Set(content)].map((word, i, all) => {
        const { found, fuzzy } = readings(word, isOpen && i === all.length - 1);
        return { word, found, fuzzy, soft: SOFT.has(word) };
      });
      content.slice(1).forEach((word, i) => {
        const whole = content[i] + word;
        if (!spread.has(whole)) return;
        for (const part of parts) if (part.word === word || part.word === content[i]) part.found.set(whole, 1);
      });
      const meant = translated(content, parts);
      for (const part of parts) part.rarity = weightOf(part);
      const mended = content.map((word) => parts.find((part) => part.word === word).fuzzy || word);
      const pairs = mended.slice(1).map((word, i) => ` ${mended[i]} ${word} `);
      return { query, text, phrases, content, pairs, isOpen, gist: new Map(mended.map((word) => [singular(word), heft(singular(word))])), mended, parts, terms: new Map([...meant, ...scattered(mended, named(mended))]), whole: key(mended), subject: key(mended.filter((word) => !SOFT.has(word))) };
    }

    /** Give the everyday words of a query the readings of what they mean; return the terms among the meanings. */
    function translated(content, parts) {
      const terms = new Map();
      for (let size = Math.min(4, content.length); size > 0; size--) {
        for (let at = 0; at + size <= content.length; at++) {
          const said = content.slice(at, at + size);
          for (const phrase of meanings.get(key(said)) || []) {
            for (const part of parts) if (said.includes(part.word)) for (const word of phrase) if (spread.has(word)) part.found.set(word, Math.max(NEAR.meant, part.found.get(word) || 0));
            const id = names.get(key(phrase));
            if (id !== undefined && !terms.has(id)) terms.set(id, said.map((_, i) => at + i));
          }
        }
      }
      return terms;
    }

    /** Tokens with numbers set back to their letters: 'mk 7' is 'mk7' where the site knows that. */
    function together(tokens) {
      const found = [];
      for (const word of tokens) {
        const last = found[found.length - 1];
        if (last && /\d/.test(last + word) && spread.has(last + word) && !/^\d+$/.test(last)) found[found.length - 1] = last + word;
        else found.push(word);
      }
      return found;
    }

    /** What a word counts for in a query: rare words much, words of questions little. */
    function weightOf({ found, soft }) {
      if (!found.size) return soft ? 0.2 : UNKNOWN * rarity("");
      const sure = [...found].filter(([, weight]) => weight >= 0.4).map(([word]) => rarity(word));
      return (sure.length ? Math.min(...sure) : rarity("")) * (soft ? NEAR.soft : 1);
    }

    function candidates(asked) {
      const weights = new Map();
      for (const part of asked.parts) {
        const least = part.soft ? NEAR.soft : 1;
        for (const [word, weight] of part.found) weights.set(word, Math.max(weight * least, weights.get(word) || 0));
      }
      for (const id of asked.terms.keys()) weights.set(`§${id}`, 1);
      if (!weights.size) return [];
      const found = new Map();
      for (const index of [heads, bodies]) {
        const options = { tokenize: (text) => text.split(" "), boost: WEIGHTS, boostTerm: (word) => weights.get(word) };
        for (const { id, score, terms, queryTerms } of index.search([...weights.keys()].join(" "), options)) {
          const hit = found.get(id) || { id, score: 0, terms: [] };
          hit.score += score / queryTerms.length; // MiniSearch multiplies by their number; coverage is weighed below
          hit.terms.push(...terms);
          found.set(id, hit);
        }
      }
      return found.values();
    }

    const isQuestion = (asked) => /\?\s*$|^\s*(is|are|does|do|can|could|will|would|should|how|what|why|which|who|when|where)\b/i.test(asked.query);

    /** The records that answer a query: {results: [{record, score, words}], asked, suggestion, near}. */
    function find(query) {
      const asked = parse(query);
      const total = asked.parts.reduce((sum, part) => sum + part.rarity, 0) || 1;
      const question = isQuestion(asked);
      const results = [];
      for (const hit of candidates(asked)) {
        const record = records[hit.id];
        const share = cover(asked, hit) / total;
        const score = hit.score * (TUNE.base + share ** TUNE.power) * standing(asked, record, question) * (1 + TUNE.asked * likeness(asked, record) ** 2);
        results.push({ record, score, share, words: hit.terms });
      }
      const inOrder = (a, b) => b.score - a.score || a.record.id - b.record.id;
      results.sort(inOrder);
      for (const result of results.slice(0, LOOKED_AT)) result.score *= nearness(asked, result.record);
      return { results: choose(asked, results.sort(inOrder)), asked, suggestion: suggestion(asked) };
    }

    /** How much of the query's rarity a record covers. */
    function cover(asked, hit) {
      const there = new Set(hit.terms);
      let sum = 0;
      asked.parts.forEach((part) => {
        let best = 0;
        for (const [word, weight] of part.found) if (weight > best && there.has(word)) best = weight;
        for (const [id, span] of asked.terms) {
          if (best < 0.9 && (there.has(`§${id}`)) && span.some((i) => asked.content[i] === part.word)) best = 0.9;
        }
        sum += part.rarity * Math.sqrt(best);
      });
      return sum;
    }

    /** How alike the query and the likest listed question are: what they share of what either says, rare words first. */
    function likeness(asked, record) {
      let most = 0;
      for (const words of questionsOf(record)) {
        let shared = 0, all = 0;
        for (const [word, weight] of asked.gist) {
          all += weight;
          if (words.has(word)) shared += weight;
        }
        for (const word of words) if (!asked.gist.has(word)) all += heft(word);
        most = Math.max(most, shared / (all || 1));
      }
      return most;
    }

    const heft = (word) => rarity(word) * (SOFT.has(word) ? NEAR.soft : 1);

    /** More for a record in which words that stand together in the query stand together. */
    function nearness(asked, record) {
      let pairs = 0;
      for (const pair of asked.pairs) if (record.said.includes(pair)) pairs++;
      return 1 + (asked.pairs.length ? (TUNE.pair * pairs) / asked.pairs.length : 0);
    }

    /** What a record is worth for this query beyond its words. */
    function standing(asked, record, question) {
      let worth = KINDS[record.k];
      if (question) worth *= ASKED[record.k];
      if (asked.whole && record.keys.has(asked.whole)) return worth * (record.k === "term" ? 6 : 4);
      if (record.k === "food" && asked.subject.length > 2 && key(partsOf(record.h)).startsWith(asked.subject)) return worth * 2.5;
      if (record.k !== "term") return worth;
      if (asked.isOpen && asked.whole.length > 1) {
        const begun = [...record.keys].filter((name) => name.startsWith(asked.whole)).map((name) => name.length);
        if (begun.length) return worth * (1 + (TUNE.begun * asked.whole.length) / Math.min(...begun));
      }
      const span = asked.terms.get(record.id) || [];
      const others = asked.content.filter((word, i) => !span.includes(i) && (SITE.has(word) || !SOFT.has(word))).length;
      return worth * (others ? TUNE.relation : span.length ? TUNE.about : 1);
    }

    function choose(asked, results) {
      const least = asked.terms.size || asked.mended.some((word) => subjects.has(singular(word))) ? ENOUGH.named : ENOUGH.plain;
      let kept = results.filter((result) => result.share >= least);
      const dois = numbered(asked.query);
      if (dois.length) kept = [...dois, ...kept.filter((result) => !dois.some((one) => one.record === result.record))];
      if (asked.phrases.length) {
        const exact = kept.filter(({ record }) => asked.phrases.every((phrase) => record.said.includes(` ${phrase} `)));
        if (exact.length) kept = exact;
      }
      const best = kept.length ? kept[0].score : 0;
      return kept.filter((result) => result.score >= best * 0.02);
    }

    /** Sources whose DOI or PubMed number the query is a part of. */
    function numbered(query) {
      const part = query.trim().toLowerCase().replace(/^(https?:\/\/)?(dx\.)?(doi\.org\/|doi:\s*|pmid:?\s*)/, "");
      if (part.length < 5 || !/\d{3}/.test(part) || /\s/.test(part)) return [];
      return records.filter((record) => record.d && record.d.toLowerCase().includes(part)).map((record) => ({ record, score: 1e3, share: 1, words: [] }));
    }

    /** The query with its misspelled words mended, or "". */
    function suggestion(asked) {
      if (!asked.parts.some((part) => part.fuzzy)) return "";
      return asked.mended.join(" ");
    }

    return { find, grow, words, pages, records, spread };
  }

  const forms = (chunk) => {
    const { whole, parts } = formsOf(chunk);
    return whole ? [whole, ...parts] : parts;
  };

  globalThis.KB_ENGINE = { start, words, chunks, forms };
})();
