/* Which records answer a query, in which order.

   The candidates of the index are ordered by how much of the query they cover, by their kind, and
   by how the query names them.  Functions take their inputs as parameters: the index of
   search-index.js, the query as search-query.js parsed it (`asked`), a record or a hit. */
(() => {
  "use strict";

  const { partsOf, singular, distance, chunks, forms, evened, STOP, SOFT } = KB_WORDS;
  const { warnedOf } = KB_WARNINGS;
  const { translated } = KB_FOREIGN;
  const { TUNING, parse, saidBy, fieldWords, key, heft, stem } = KB_SEARCH;
  // What of a record says what it is about.
  const ABOUT = ["title", "names", "questions", "page"];
  const SITE = new Set(["k2", "k", "vitamin"]); // what every page is about
  const OURS = new Set(["k", "k1", "k2"]); // who says so is about the book

  /** Return {results: [{record, score, share, words}], asked, left, suggestion}, the best result
      first; `left` are the words that no page has, and without which the results are, `isLoose` where
      none of the first records is about the query and these only have a part of it, `english` what
      a query in another language was taken for. */
  function find(index, query) {
    const even = evened(query);
    index.need("words", partsOf(even));
    const english = translated(index, even);
    let asked = parse(index, english || even);
    let results = answers(index, asked);
    const isLacking = ({ word, found, soft }) => !found.size && !soft && !STOP.has(word);
    const left = asked.parts.filter(isLacking).map(({ word }) => word);
    if (!results.length && left.length) {
      const rest = parse(index, english || even, new Set(left));
      // words of questions are no subject
      if (rest.parts.some((part) => part.found.size && !part.soft)) {
        asked = rest;
        results = answers(index, asked);
      }
    }
    const isGuess = isGuessed(asked);
    if (isGuess) results = [];
    const subjects = asked.parts.filter((part) => part.found.size && !part.soft).length;
    const isLoose = !isGuess && !results.length && !left.length && subjects > 1;
    if (isLoose) results = answers(index, asked, TUNING.enough.loose);
    const warned = warnedOf(index.warnings, even, (word) => index.spread.has(word));
    const led = [...warned.first, ...warned.second].map(({ id }) => id);
    index.need("records", asked.defined === undefined ? led : [...led, asked.defined]);
    const isPart = results.length && !warned.first.length && !isSure(results);
    const isMention =
      asked.defined === undefined &&
      !english &&
      !results.slice(0, TUNING.sureOf.first).some((one) => isAbout(index, asked, one));
    return {
      results: withFirst(index, warned, asked, results),
      asked,
      left: isPart ? left : [],
      isLoose: Boolean(isPart && (isLoose || (isMention && !left.length))),
      english: english.trim(),
      suggestion: results.length && !isSure(results) && !english ? suggestion(asked, results) : "",
    };
  }

  /** Whether all that a query is about are short words that are only like words of the book: 'used
      cars for sale'. */
  function isGuessed({ parts }) {
    const subjects = parts.filter(({ word, soft }) => !soft || SITE.has(word));
    const { length } = subjects.filter(
      ({ word, fuzzy }) => fuzzy && word.length <= TUNING.typos.short,
    );
    return parts.length > 1 && length > 0 && length === subjects.length;
  }

  /** Whether a record is about the query, and does not only mention a word of it: it has two thirds
      of what the query is about, and two words of that, or one where it says what it is about.
      A word alone has to be itself there: 'tie' is not 'ties'. */
  function isAbout(index, asked, { record, like, words }) {
    const subjects = asked.parts.filter(({ soft }) => !soft);
    if (like >= TUNING.answer.like || asked.phrases.length || !subjects.length || isWord(asked))
      return true;
    const named = [...asked.terms]
      .filter(([id]) => words.includes(`§${id}`))
      .flatMap(([, span]) => span.map((at) => asked.content[at]));
    const isHad = (part, held, least) =>
      named.includes(part.word) || meant(index, asked, part, least).some((word) => held.has(word));
    const had = subjects.filter((part) => isHad(part, new Set(words), TUNING.sure));
    const about = new Set(ABOUT.flatMap((field) => [...fieldWords(index, record, field)]));
    const sum = (parts) => parts.reduce((all, { rarity }) => all + rarity, 0);
    const { ours, named: ofNamed, plain } = TUNING.sureOf;
    const least = asked.content.some((word) => OURS.has(word)) ? ours : named.length ? ofNamed : plain;
    return (
      sum(had) >= least * sum(subjects) &&
      (had.length > 1 || had.some((part) => isHad(part, about, TUNING.readings.meant)))
    );
  }

  /** Whether the query is a word of the book and nothing else. */
  const isWord = ({ parts: [part, other], query }) =>
    !other && part.found.size > 0 && !part.fuzzy && !partsOf(query).some((word) => STOP.has(word));

  /** The readings of a part of the query that count at least so much and are more than likenesses:
      no other words that begin with it, unless it is half typed, and if it is misspelled, words of
      titles that are not soft, one slip away, or names. */
  function meant({ titled, spread }, { parts, isOpen }, part, least) {
    const { word, found, fuzzy } = part;
    const isHalf = isOpen && part === parts.at(-1) && !spread.has(word);
    const isName = (other) =>
      word.length > TUNING.typos.short &&
      !SOFT.has(other) &&
      titled.get(other) > 0 &&
      (titled.get(other) === 2 || distance(word, other, 1) === 1);
    return [...found]
      .filter(([other, share]) =>
        fuzzy && share <= TUNING.readings.fuzzy
          ? isName(other)
          : isHalf || (share >= least && (!other.startsWith(word) || stem(other) === stem(word))),
      )
      .map(([other]) => other);
  }

  const isSure = ([first]) => first.score === TUNING.sureScore;

  /** The records that answer, the best first. */
  function answers(index, asked, least) {
    const total = asked.parts.reduce((sum, part) => sum + part.rarity, 0) || 1;
    const rate = (isClose) => (hit) => rated(index, asked, hit, total, isClose);
    const enough = least || enoughOf(index, asked);
    const hits = candidates(index, asked).filter((hit) => cover(asked, hit) >= enough * total);
    const rough = hits.length > index.closely ? hits.map(rate(false)).sort(inOrder) : [];
    const near = rough.length ? rough.splice(0, index.closely).map(({ hit }) => hit) : hits;
    index.need("records", near.map(({ id }) => id));
    const results = near.map(rate(true)).sort(inOrder);
    // these gain or stay, and so do not fall behind the others
    const best = results.splice(0, TUNING.pairs.records);
    for (const result of best) result.score *= nearness(asked, result);
    return choose(index, asked, [...best.sort(inOrder), ...results, ...rough]);
  }

  const inOrder = (a, b) => b.score - a.score || a.record.id - b.record.id;

  /** Everything that has a word of the query in any reading, or a term that it names: {id, score,
      words, best: of each part of the query the best reading that it has}. */
  function candidates(index, asked) {
    const found = new Map();
    const words = wanted(asked);
    index.need("entries", words.keys());
    for (const [word, { weight, shares }] of words)
      index.places(word, (id, counts) => {
        let hit = found.get(id);
        if (!hit) found.set(id, (hit = { id, score: 0, words: [], best: [] }));
        hit.score += weight * counts;
        if (hit.words.at(-1) === word) return;
        hit.words.push(word);
        for (const [part, share] of shares)
          if (share > (hit.best[part] || 0)) hit.best[part] = share;
      });
    return [...found.values()];
  }

  /** The words to look for: what each counts, and of which parts of the query it is a reading, by
      its share of them. */
  function wanted({ parts, terms, content }) {
    const found = new Map();
    const note = (word, weight, part, share) => {
      const one = found.get(word);
      if (!one) found.set(word, { weight, shares: [[part, share]] });
      else {
        one.weight = Math.max(one.weight, weight);
        one.shares.push([part, share]);
      }
    };
    parts.forEach(({ found: readings, soft }, i) => {
      const least = soft ? TUNING.soft.known : 1;
      for (const [word, share] of readings) note(word, share * least, i, share);
    });
    for (const [id, span] of terms)
      parts.forEach(({ word }, i) => {
        const isNamed = span.some((at) => content[at] === word);
        note(`§${id}`, 1, i, isNamed ? TUNING.cover.term : 0);
      });
    return found;
  }

  /** A hit as a result; `isClose` looks at what is in its record.  A name is no question. */
  function rated(index, asked, hit, total, isClose) {
    const record = index.records[hit.id];
    const share = cover(asked, hit) / total;
    const like = isClose && !asked.named.size ? likeness(index, asked, record) : 0;
    const worth = standing(asked, record, isClose) * (1 + TUNING.likeness * like ** 2);
    const score = hit.score * (TUNING.cover.base + share ** TUNING.cover.power) * worth;
    return { record, score, share, like, words: hit.words, hit };
  }

  /** Whether a claim answers a question: alike to one of the editors', or about nearly all of it. */
  const isAnswer = (asked, { record, share, like = 0 }) =>
    asked.isQuestion &&
    record.kind === "claim" &&
    (like >= TUNING.answer.like || share >= TUNING.answer.share);

  /** How much of the query's rarity a record covers. */
  const cover = ({ parts }, { best }) =>
    parts.reduce((sum, { rarity }, i) => sum + rarity * Math.sqrt(best[i] || 0), 0);

  /** The questions that the editors list for a record: by each word those that have it, and what
      the words of each count. */
  function questionsOf(index, record) {
    if (record.asked?.read === index.read) return record.asked;
    const having = new Map();
    const counts = (record.questions || []).map((question, number) => {
      const said = partsOf(question).filter((word) => !STOP.has(word));
      const words = new Set(said.map(singular));
      for (const word of words)
        if (having.has(word)) having.get(word).push(number);
        else having.set(word, [number]);
      return [...words].reduce((sum, word) => sum + heft(index, word), 0);
    });
    return (record.asked = { read: index.read, having, counts });
  }

  /** How alike the query and the likest listed question are: what they share of what either says,
      rare words first. */
  function likeness(index, { gist, said }, record) {
    if (!record.questions) return 0;
    const { having, counts } = questionsOf(index, record);
    const shared = [];
    let most = 0;
    for (const [word, weight] of gist)
      for (const number of having.get(word) || []) {
        const both = (shared[number] = (shared[number] || 0) + weight);
        most = Math.max(most, both / (said + counts[number] - both));
      }
    return most;
  }

  /** More for a record in which words that stand together in the query stand together. */
  function nearness({ pairs }, { record, words }) {
    const had = pairs.filter((pair) => pair.trim().split(" ").every((word) => words.includes(word)));
    if (!had.length) return 1;
    const said = had.filter((pair) => saidBy(record).includes(pair)).length;
    return 1 + (TUNING.pairs.worth * said) / pairs.length;
  }

  /** What a record is worth for this query beyond its words. */
  function standing(asked, record, isClose) {
    const { kind } = record;
    let worth = TUNING.kinds[kind];
    if (asked.isQuestion) worth *= TUNING.kindsAsked[kind];
    if (asked.named.has(record.id)) return worth * TUNING.exact[kind];
    if (kind === "food" && isClose && !asked.isQuestion && isBegun(asked, record))
      return worth * TUNING.food.worth;
    return kind === "term" ? worth * standingOfTerm(asked, record, isClose) : worth;
  }

  const isBegun = ({ subject }, food) =>
    subject.length >= TUNING.food.letters && key(partsOf(food.title)).startsWith(subject);

  function standingOfTerm(asked, record, isClose) {
    if (isClose && asked.isOpen && asked.whole.length > 1) {
      const begun = [...record.keys]
        .filter((name) => name.startsWith(asked.whole))
        .map((name) => name.length);
      if (begun.length) return 1 + (TUNING.begun * asked.whole.length) / Math.min(...begun);
    }
    const span = asked.terms.get(record.id) || [];
    const others = asked.content.filter(
      (word, i) => !span.includes(i) && (SITE.has(word) || !SOFT.has(word)),
    ).length;
    return others ? TUNING.relation : span.length ? TUNING.about : 1;
  }

  /** The results with those `first` that a reader must meet who names a medicine or a danger, the
      term whose meaning is asked for, and those that such a name puts `second`. */
  function withFirst(index, { first, second }, asked, results) {
    const score = results.length ? results[0].score : 1;
    const made = (record) => ({ record, score, share: 1, words: asked.mended });
    const listed = (record) => results.find((result) => result.record === record) || made(record);
    const rest = results.filter(({ record }) => !first.includes(record));
    const [claim, ...terms] = first;
    const defined = asked.defined === undefined ? [] : [index.records[asked.defined]];
    const led = [claim, ...defined, ...terms].filter(Boolean);
    const best = led.length ? [] : rest.slice(0, 1);
    return [...new Set([...led.map(listed), ...best, ...second.map(listed), ...rest])];
  }

  /** How much of the query an answer has at least. */
  function enoughOf({ subjects }, { terms, mended }) {
    const isNamed = terms.size || mended.some((word) => subjects.has(singular(word)));
    return isNamed ? TUNING.enough.named : TUNING.enough.plain;
  }

  /** The results with those on top that the query names by a number; with quotation marks, those
      that have the very words. */
  function choose(index, asked, results) {
    let kept = results;
    const sure = [...asked.claims, ...identified(index, asked.query)];
    index.need("records", sure.map(({ id }) => id));
    if (sure.length)
      kept = [
        ...sure.map((record) => ({ record, score: TUNING.sureScore, share: 1, words: [] })),
        ...kept.filter(({ record }) => !sure.includes(record)),
      ];
    if (asked.phrases.length) {
      const exact = kept.slice(0, index.closely).filter(({ record }) =>
        asked.phrases.every((phrase) => saidBy(record).includes(` ${phrase} `)),
      );
      if (exact.length) kept = exact;
    }
    const best = kept.length ? kept[0].score : 0;
    return kept.filter((result) => result.score >= best * TUNING.least);
  }

  // What stands before an identifier that was copied from a page.
  const PREFIX =
    /^(https?:\/\/)?(www\.|dx\.)*(doi\.org\/|doi:?\s*|(pubmed\.)?ncbi\.nlm\.nih\.gov\/(pubmed\/|pmc\/articles\/)?|pmc\.ncbi\.nlm\.nih\.gov\/articles\/|pmc?id:?\s*|pmc\s+)/;

  /** Sources whose DOI the query is a part of, or whose number it is in PubMed or PubMed Central. */
  function identified(index, query) {
    const part = query
      .trim()
      .toLowerCase()
      .replace(PREFIX, "")
      .replace(/[\s/?.,;)]+$/, "");
    const { letters } = TUNING.identifier;
    const isOne = part.length >= letters && /\d{3}/.test(part) && !/\s/.test(part);
    return isOne ? index.identified(part) : [];
  }

  /** The query with its misspelled words mended, as the book writes them, or "". */
  function suggestion(asked, results) {
    const mended = new Map(asked.parts.filter((part) => part.fuzzy).map((part) => [part.word, part.fuzzy]));
    if (!mended.size) return "";
    let text = "",
      last = 0;
    chunks(asked.query, (chunk, start, end) => {
      const wrong = forms(chunk).find((form) => mended.has(form));
      if (!wrong) return;
      text += asked.query.slice(last, start) + written(results, mended.get(wrong));
      last = end;
    });
    return (text + asked.query.slice(last)).trim();
  }

  /** A word of the index as the best results write it most often: 'phylloquinone' for
      'fylloquinone'. */
  function written(results, word) {
    const counts = new Map();
    const having = results.slice(0, TUNING.written).map(({ record }) => record);
    for (const { title, names, summary, text } of having)
      for (const held of [title, ...(names || []), summary || "", text || ""])
        chunks(held, (chunk) => {
          if (forms(chunk).length === 1 && forms(chunk)[0] === word)
            counts.set(chunk, (counts.get(chunk) || 0) + 1);
        });
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] || word;
  }

  Object.assign(KB_SEARCH, { find, isAnswer });
})();
