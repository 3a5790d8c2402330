/* The search without its looks: which records answer a query, in which order.

   MiniSearch keeps the index and scores by BM25+.  Ours is what it is asked, and what is done with its
   answer: a word that the site does not know is read as the nearest that it knows, everyday words as what
   they mean, names of the glossary are recognized, and the candidates are ordered by how much of the query
   they cover.  No browser objects here.

   KB_ENGINE.start(data) takes what _ext/kb/search/records.py wrote and returns {find, grow, pages, records}. */
(() => {
  "use strict";

  const { words, partsOf, distance, singular, STOP, SOFT } = KB_WORDS;

  // Two indexes, since a reader types before a phone has read every text: names first, texts in slices after.
  const HEADS = ["h", "a"];
  const BODIES = ["q", "s", "x", "p", "c"];

  // Every number below was chosen on the queries of tests/search/queries.yaml; small changes change little.
  const WEIGHTS = { h: 5, a: 5, q: 2, s: 2, x: 1, p: 1.2, c: 2.5 }; // of the fields
  // What a word counts that stands for the one that was typed.
  const NEAR = { meant: 0.8, family: 0.75, split: 0.9, fuzzy: 0.6, prefix: 0.5, soft: 0.35 };
  const KINDS = { term: 1.1, claim: 1.05, page: 1.2, section: 1, food: 0.8, source: 0.6 };
  const KINDS_ASKED = { term: 0.7, claim: 1.5, page: 1, section: 1.2, food: 1, source: 0.8 }; // where the query is a question
  const EXACT = { term: 6, other: 4 }; // the query is a name of the record
  const BEGUN = 3; // a name of the term begins as the query does
  const ABOUT = 3; // the query names the term, and nothing else
  const RELATION = 0.4; // it names more: then claims and sections answer better than a definition
  const A_FOOD = 2.5;
  const COVER = { base: 0.05, power: 3 }; // how steeply a record falls that has not all the words
  const LIKENESS = 3; // for a question that the editors listed
  const PAIRS = 0.3; // for words that stand together
  const LOOKED_AT = 40; // so many of the best are looked at for that
  const ENOUGH = { plain: 0.5, named: 0.3 }; // less of a query than this is no answer; named: it names a term, a food or an author
  const LEAST = 0.02; // of the best score
  const LONGEST = 24; // words of a query that count
  const SITE = new Set(["k2", "k", "vitamin"]); // what every page is about
  const PLACED = new Set(["claim", "page", "section"]);

  /** What stands in a field of a record, as words, each once: passages are short, and repetition says little. */
  function fieldWords(pages, record, field) {
    if (field === "c") return (record.k === "term" ? [record.id] : []).concat(record.c || []).map((term) => `§${term}`);
    const held = field === "p" ? PLACED.has(record.k) && pages[record.p][1] : record[field];
    const text = Array.isArray(held) ? held.join(" ; ") : held || "";
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

  const labelOf = (source) => source.s.match(/^.*?(?:\b\d{4}[a-z]?\b|, not dated(?:-[a-z])?)/)[0];

  /** Put author and year where the text of a record names the places of its sources. */
  function cited(records, text) {
    return text.replace(/\ue000(.)([\d,]+)\ue001/g, (_, role, places) => {
      const labels = places.split(",").map((place) => labelOf(records[place]));
      if (role === "t") return labels.map((label) => label.replace(/,? (\d{4}[a-z]?|not dated(?:-[a-z])?)$/, " ($1)")).join(", ");
      return role === "p" ? `(${labels.join("; ")})` : labels.join("; ");
    });
  }

  const UNSPACED = /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/; // scripts that set no space around a word

  function start({ pages, columns, everyday, medicines = [] }) {
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
        if (record.k === "source") name(record);
        if (record.x) record.x = cited(records, record.x);
        add(bodies, BODIES, record);
        const texts = [record.h, ...(record.a || []), record.s, record.x].filter(Boolean);
        record.said = ` ${texts.map((text) => partsOf(text).join(" ")).join(" . ")} `;
      }
      return read === records.length;
    }

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
    /** A name as names are compared: 'MK 7' is 'mk-7', and 'gut brain axes' nearly 'gut-brain axis'. */
    const key = (tokens) => tokens.filter((word) => !STOP.has(word)).map(singular).join("");
    // Names of the glossary by their words, for what a query is about.
    const names = new Map();

    /** Read title and names of a record; sources, of which there are many, wait for their texts. */
    function name(record) {
      add(heads, HEADS, record);
      const label = record.k === "source" ? [labelOf(record)] : [];
      record.keys = new Set([record.h, ...(record.a || []), ...label].map((one) => key(partsOf(one))));
      if (record.k === "term") for (const one of record.keys) if (one && !names.has(one)) names.set(one, record.id);
    }

    for (const record of records) if (record.k !== "source") name(record);

    // The first words of foods, and the first authors of sources: who asks for 'miso soup' is served by miso.
    const foods = records.filter(({ k }) => k === "food").flatMap(({ h, a }) => [h, ...a].map((name) => partsOf(name)[0]));
    const authors = records.filter(({ k, a }) => k === "source" && a).map((record) => partsOf(labelOf(record))[0]);
    const subjects = new Set([...foods, ...authors].map(singular));
    // What readers say for what the book says, by the key of their words.
    const meanings = new Map();
    for (const [said, meant] of Object.entries(everyday)) meanings.set(key(partsOf(said)), meant.map((phrase) => partsOf(phrase)));
    /** Words between spaces, so that a name is found in them as whole words only. */
    const spaced = (tokens) => ` ${tokens.map(singular).join(" ")} `;
    // The names of medicines, each as written and between spaces, and the record that they lead to.
    const warnings = medicines.map(({ record, names: within, alone }) => ({
      record: records[record],
      within: within.map((name) => [name.normalize("NFKC"), spaced(partsOf(name))]),
      alone: alone.map((name) => spaced(partsOf(name))),
    }));
    /** The questions that the editors list for a record, each as the set of its words. */
    const questionsOf = (record) => (record.asked ||= (record.q || []).map((question) => new Set(contentOf(question).map(singular))));
    const contentOf = (text) => partsOf(text).filter((word) => !STOP.has(word));
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

    const letters = (word) => [...word].sort().join("");

    /** The known words nearest to a misspelled one, the best first. */
    function nearest(word) {
      const most = word.length < 4 || word.length > 40 || /\d/.test(word) ? 0 : word.length < 6 ? 1 : 2;
      if (!most) return [];
      const found = [], bare = singular(word);
      for (const other of spread.keys()) {
        if (other.length < 4 || /\d/.test(other)) continue;
        const limit = other[0] === word[0] ? most : word.length > 6 ? 1 : 0;
        const far = limit ? Math.min(distance(word, other, limit), bare === word ? 9 : distance(bare, other, limit)) : 9;
        // Two slips in a short word are too many, unless its letters stand in disorder: 'chrons' for 'Crohn'.
        if (far > limit || (far > 1 && word.length < 8 && letters(bare) !== letters(singular(other)))) continue;
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
      const subject = tokens.filter((word) => !STOP.has(word));
      const content = (subject.length ? subject : tokens).slice(0, LONGEST);
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
      return {
        query, phrases, content, parts, mended, pairs, isOpen,
        gist: new Map(mended.map((word) => [singular(word), heft(singular(word))])),
        terms: new Map([...meant, ...scattered(mended, named(mended))]),
        whole: key(mended),
        subject: key(mended.filter((word) => !SOFT.has(word))),
      };
    }

    /** Give the everyday words of a query the readings of what they mean; return the terms among the meanings. */
    function translated(content, parts) {
      const terms = new Map();
      for (let size = Math.min(4, content.length); size > 0; size--) {
        for (let at = 0; at + size <= content.length; at++) {
          const said = content.slice(at, at + size);
          for (const phrase of meanings.get(key(said)) || []) {
            for (const { found } of parts.filter(({ word }) => said.includes(word))) {
              for (const word of phrase) if (spread.has(word)) found.set(word, Math.max(NEAR.meant, found.get(word) || 0));
            }
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
      if (!found.size) return soft ? 0.2 : rarity("");
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

    /** The records that answer a query: {results: [{record, score, share, words}], asked, suggestion}. */
    function find(query) {
      const asked = parse(query);
      const total = asked.parts.reduce((sum, part) => sum + part.rarity, 0) || 1;
      const question = isQuestion(asked);
      const results = [];
      for (const hit of candidates(asked)) {
        const record = records[hit.id];
        const share = cover(asked, hit) / total;
        const worth = standing(asked, record, question) * (1 + LIKENESS * likeness(asked, record) ** 2);
        const score = hit.score * (COVER.base + share ** COVER.power) * worth;
        results.push({ record, score, share, words: hit.terms });
      }
      const inOrder = (a, b) => b.score - a.score || a.record.id - b.record.id;
      results.sort(inOrder);
      for (const result of results.slice(0, LOOKED_AT)) result.score *= nearness(asked, result.record);
      return { results: warnedFirst(asked, choose(asked, results.sort(inOrder))), asked, suggestion: suggestion(asked) };
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
      return 1 + (asked.pairs.length ? (PAIRS * pairs) / asked.pairs.length : 0);
    }

    /** What a record is worth for this query beyond its words. */
    function standing(asked, record, question) {
      let worth = KINDS[record.k];
      if (question) worth *= KINDS_ASKED[record.k];
      if (asked.whole && record.keys.has(asked.whole)) return worth * (EXACT[record.k] || EXACT.other);
      if (record.k === "food" && asked.subject.length > 2 && key(partsOf(record.h)).startsWith(asked.subject)) return worth * A_FOOD;
      if (record.k !== "term") return worth;
      if (asked.isOpen && asked.whole.length > 1) {
        const begun = [...record.keys].filter((name) => name.startsWith(asked.whole)).map((name) => name.length);
        if (begun.length) return worth * (1 + (BEGUN * asked.whole.length) / Math.min(...begun));
      }
      const span = asked.terms.get(record.id) || [];
      const others = asked.content.filter((word, i) => !span.includes(i) && (SITE.has(word) || !SOFT.has(word))).length;
      return worth * (others ? RELATION : span.length ? ABOUT : 1);
    }

    /** The records to which the medicines lead that a query names: its first results, whatever else it asks. */
    function warned(asked) {
      const said = [spaced(partsOf(asked.query)), spaced(asked.mended)], even = asked.query.normalize("NFKC");
      const holds = ([name, plain]) => (UNSPACED.test(name) ? even.includes(name) : said.some((text) => text.includes(plain)));
      return warnings.filter(({ within, alone }) => within.some(holds) || alone.includes(said[0])).map(({ record }) => record);
    }

    /** The results with those of the medicines first. */
    function warnedFirst(asked, results) {
      const first = warned(asked);
      const made = (record) => ({ record, score: results.length ? results[0].score : 1, share: 1, words: asked.mended });
      return [
        ...first.map((record) => results.find((result) => result.record === record) || made(record)),
        ...results.filter((result) => !first.includes(result.record)),
      ];
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
      return kept.filter((result) => result.score >= best * LEAST);
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

    return { find, grow, pages, records };
  }

  globalThis.KB_ENGINE = { start };
})();
