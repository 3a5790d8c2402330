/* What a reader asks: the words of a query, each as the words of the site that it may stand for.

   A word that the site does not know is read as the nearest that it knows, everyday words as what
   they mean, and names of the glossary are recognized.  Functions take the index of
   search-index.js first, and none changes it. */
(() => {
  "use strict";

  const { partsOf, distance, singular, STOP, SOFT } = KB_WORDS;
  const { sound } = KB_WARNINGS;
  const {
    TUNING, saidBy, recordsWith, termOf, key, phraseKey, stem, rarity, heft, remembered, family,
  } = KB_SEARCH;
  const QUESTION =
    /\?\s*$|^\s*(is|are|does|do|can|could|will|would|should|how|what|why|which|who|when|where)\b/i;
  // Who asks what a word means, and the word.
  const DEFINITION = [
    /^\s*(?:what['’]?s|what (?:is|are|does|do)|define|explain|(?:the )?(?:meaning|definition) of) (?:an? |the )?(.+?)(?: (?:mean|stand for))?[\s?.!]*$/i,
    /^\s*(.+?) (?:meaning|definition)[\s?.!]*$/i,
  ];

  /** Return what search-ranking.js looks for in a query, `without` some of its words:
        query       as it was typed
        claims      the claims whose numbers it names
        phrases     what stands in quotation marks
        content     the words that count
        parts       for each of them {word, found: its readings with their weights, fuzzy: the known
                    word that it is a misspelling of, soft: a word of questions, rarity}
        mended      the words, misspelled ones mended
        pairs       each two of them that stand together
        gist        what each of them counts in a question, and `said` what all do
        terms       the terms of the glossary that are named, with the places of their words
        whole       the key of all words, and `subject` that of those that are not soft
        named       the numbers of the records that have this name
        isOpen      the last word may be half typed
        isQuestion  it asks as a question does
        defined     the term whose meaning it asks for */
  function parse(index, query, without = new Set()) {
    const [phrases, text] = quoted(query);
    const typed = partsOf(text);
    index.need("words", typed);
    const tokens = together(index, typed).filter((word) => !without.has(word));
    const subject = tokens.filter((word) => !STOP.has(word) && !isSmall(index, word));
    const content = (subject.length ? subject : tokens).slice(0, TUNING.query.words);
    const isOpen = !/[\s?.!]$/.test(query);
    const parts = partsOfQuery(index, content, isOpen);
    const mend = (word) => parts.find((part) => part.word === word)?.fuzzy || word;
    const mended = content.map(mend);
    const meant = translated(index, tokens.map(mend), mended, parts);
    for (const part of parts) part.rarity = weightOf(index, part);
    const whole = key(mended);
    const gist = new Map(mended.map((word) => [singular(word), heft(index, singular(word))]));
    return {
      query,
      claims: numbered(index, query),
      phrases,
      content,
      parts,
      mended,
      isOpen,
      isQuestion: QUESTION.test(query),
      defined: defined(index, query, mend),
      pairs: mended.slice(1).map((word, i) => ` ${mended[i]} ${word} `),
      gist,
      said: [...gist.values()].reduce((sum, weight) => sum + weight, 0),
      terms: new Map([...meant, ...scattered(index, mended, named(index, mended))]),
      whole,
      named: new Set(whole ? index.names.get(whole) : []),
      subject: key(mended.filter((word) => !SOFT.has(word))),
    };
  }

  /** The term of the glossary whose meaning a query asks for and nothing else. */
  function defined(index, query, mend) {
    const word = DEFINITION.map((form) => query.match(form)?.[1]).find(Boolean);
    return word && termOf(index, key(partsOf(word).map(mend)));
  }

  /** Whether a word that nobody knows is a small one that lacks a letter or has two swapped:
      'whethr', 'sholud'. */
  function isSmall({ spread, knownStems }, word) {
    if (word.length < TUNING.typos.small || spread.has(word) || knownStems.has(stem(word)))
      return false;
    const isSlip = (small) =>
      distance(word, small, 1) < 2 &&
      (small.length > word.length || letters(small) === letters(word));
    return !SOFT.has(word) && [...STOP].some(isSlip);
  }

  /** The claims whose numbers stand behind the word claim, or alone: 'k2 d3' names a vitamin. */
  function numbered({ claims }, query) {
    const alone = query.match(/^\s*([a-z]) ?-?(\d+)[\s?.!]*$/i);
    const named = [...query.matchAll(/\bclaims? ?#?([a-z]) ?-?(\d+)\b/gi), ...(alone ? [alone] : [])];
    return named
      .map(([, letter, number]) => claims.get(letter.toLowerCase() + number))
      .filter(Boolean);
  }

  /** What stands in quotation marks, and the query without the marks. */
  function quoted(query) {
    const phrases = [...query.matchAll(/["“”„]([^"“”„]+)["“”„]/g)]
      .map((match) => partsOf(match[1]).join(" "))
      .filter(Boolean);
    return [phrases, query.replace(/["“”„]/g, " ")];
  }

  /** Tokens with numbers set back to their letters: 'mk 7' is 'mk7' where the site knows that. */
  function together({ spread }, tokens) {
    const found = [];
    for (const word of tokens) {
      const last = found[found.length - 1];
      if (last && /\d/.test(last + word) && spread.has(last + word) && !/^\d+$/.test(last))
        found[found.length - 1] = last + word;
      else found.push(word);
    }
    return found;
  }

  /** Each word once, with its readings; two that are one word on the site may be read as that. */
  function partsOfQuery(index, content, isOpen) {
    const parts = [...new Set(content)].map((word, i, all) => {
      const ask = isOpen && i === all.length - 1 ? readingsOfLast : readings;
      const { found, fuzzy } = remembered(index, ask, word);
      return { word, found: new Map(found), fuzzy, soft: SOFT.has(word) };
    });
    content.slice(1).forEach((word, i) => {
      const whole = content[i] + word;
      if (!index.spread.has(whole)) return;
      for (const part of parts)
        if (part.word === word || part.word === content[i]) part.found.set(whole, 1);
    });
    return parts;
  }

  // ---- One word ---------------------------------------------------------------------------------

  /** How one word of a query may stand in the index: words with their weights, and the nearest if
      it is misspelled. */
  function readings(index, word, isLast = false) {
    const { spread } = index;
    const found = new Map();
    const add = (other, weight) => found.set(other, Math.max(weight, found.get(other) || 0));
    if (spread.has(word)) add(word, 1);
    for (const other of family(index, word)) if (other !== word) add(other, TUNING.readings.family);
    const begun = beginnings(index, word, isLast);
    for (const other of begun) {
      const worth =
        found.size && spread.has(word) ? TUNING.readings.prefixOfKnown : TUNING.readings.prefix;
      add(other, worth * Math.sqrt(word.length / other.length));
    }
    if (!found.size)
      for (const split of splits(index, word).filter((parts) => isSaid(index, parts)))
        for (const part of split) add(part, TUNING.readings.split);
    const isKnown =
      spread.has(word) ||
      index.knownStems.has(stem(word)) ||
      family(index, word).some((other) => word.startsWith(other) || other.startsWith(word));
    if (isKnown || (begun.length && isLast)) return { found, fuzzy: "" };
    const kin = new Set(found.keys()),
      near = nearest(index, word);
    for (const [other, far] of near) add(other, TUNING.readings.fuzzy / Math.max(1, far));
    return { found, fuzzy: near.length && !kin.has(near[0][0]) ? near[0][0] : "" };
  }

  const readingsOfLast = (index, word) => readings(index, word, true);

  /** The known words that a word begins. */
  function beginnings({ byLetter }, word, isLast) {
    if (word.length < (isLast ? TUNING.prefix.last : TUNING.prefix.other) || /^\d+$/.test(word))
      return [];
    return (byLetter.get(word[0]) || []).filter(
      (other) => other !== word && other.startsWith(word),
    );
  }

  /** The ways to read a word as several known ones: 'leakygut', 'vandenheuvel'. */
  function splits(index, word, most = TUNING.split.parts) {
    const { spread } = index,
      { parts, shortest } = TUNING.split;
    const found = spread.has(word) && most < parts ? [[word]] : [];
    for (let at = shortest; most > 1 && at <= word.length - shortest; at++) {
      const first = word.slice(0, at);
      if (spread.has(first))
        found.push(...splits(index, word.slice(at), most - 1).map((rest) => [first, ...rest]));
    }
    return found;
  }

  function isSaid(index, parts) {
    const having = recordsWith(index, parts).slice(0, index.closely);
    index.need("records", having.map(({ id }) => id));
    return having.some((record) => saidBy(record).includes(` ${parts.join(" ")} `));
  }

  const letters = (word) => [...word].sort().join("");

  /** The known words nearest to a misspelled one, the best first, each with its slips. */
  function nearest(index, word) {
    const { spread, titled } = index;
    const { shortest, longest, two, first, words } = TUNING.typos;
    if (word.length < shortest || word.length > longest || /\d/.test(word)) return [];
    const most = word.length < two ? 1 : 2;
    const near = (others) =>
      [...others]
        .map((other) => [other, slips(word, other, most)])
        .filter(
          ([other, far]) => far <= most && (word.length > 3 || letters(word) === letters(other)),
        );
    const sameFirst = near(candidates(index, word, most));
    const found =
      sameFirst.length || word.length < first ? sameFirst : near(otherFirst(index, word));
    const best = Math.min(...found.map(([, far]) => far));
    return found
      .filter(([, far]) => far === best)
      .sort(
        ([a], [b]) =>
          isHeard(word, b) - isHeard(word, a) ||
          (titled.get(b) || 0) - (titled.get(a) || 0) ||
          (spread.get(b) || 0) - (spread.get(a) || 0) ||
          (a < b ? -1 : 1),
      )
      .slice(0, words);
  }

  /** The words that may be `most` slips from a word: those of its first letter and of nearly its
      length. */
  function candidates({ byLetter, known }, word, most) {
    const isNear = (other) =>
      other[0] === word[0] && Math.abs(other.length - word.length) <= most + 1; // and a plural
    return new Set([...(byLetter.get(word[0]) || []), ...known].filter(isNear));
  }

  /** Where the first letter of a word may be wrong: those with the same rest, or whose rest is the
      word, or that begin where it goes on, or with its first letters swapped. */
  function otherFirst({ byRest, spread }, word) {
    const found = new Set();
    for (const bare of new Set([word, singular(word)])) {
      const swapped = bare[1] + bare[0] + bare.slice(2);
      for (const other of [bare.slice(1), swapped]) if (spread.has(other)) found.add(other);
      for (const rest of [bare.slice(1), bare])
        for (const other of byRest.get(rest) || []) found.add(other);
    }
    return found;
  }

  /** Whether a word sounds like another that begins in the same way: 'crons' like 'Crohn'. */
  const isHeard = (word, other) =>
    word[0] === other[0] && sound(singular(word)) === sound(singular(other));

  /** In how many slips a word is another; Infinity where nobody would write one for the other. */
  function slips(word, other, most) {
    const { shortest, first, sure } = TUNING.typos;
    if (other.length < shortest || /\d/.test(other)) return Infinity;
    const limit = other[0] === word[0] ? most : word.length >= first ? 1 : 0;
    if (!limit) return Infinity;
    const bare = singular(word);
    const far = Math.min(
      distance(word, other, limit),
      bare === word ? Infinity : distance(bare, other, limit),
    );
    // Two slips in a short word are too many, unless its letters stand in disorder: 'chrons' for
    // 'Crohn'.
    const isStrange = far > 1 && word.length < sure && letters(bare) !== letters(singular(other));
    return far > limit || isStrange ? Infinity : far;
  }

  /** What a word counts for in a query: as much as the commonest of its sure readings. */
  function weightOf(index, { found, soft }) {
    if (!found.size) return soft ? TUNING.soft.unknown : rarity(index, "");
    const sure = [...found]
      .filter(([, weight]) => weight >= TUNING.sure)
      .map(([word]) => rarity(index, word));
    return (sure.length ? Math.min(...sure) : rarity(index, "")) * (soft ? TUNING.soft.known : 1);
  }

  // ---- Names and meanings -----------------------------------------------------------------------

  /** Every run of at most so many tokens, the longest first: [its tokens, the places of these]. */
  function* runs(tokens, longest) {
    for (let size = Math.min(longest, tokens.length); size > 0; size--) {
      for (let at = 0; at + size <= tokens.length; at++)
        yield [tokens.slice(at, at + size), Array.from({ length: size }, (_, i) => at + i)];
    }
  }

  /** The terms of the glossary that a query names, the longest names first, with the places of
      their words. */
  function named(index, tokens) {
    const found = new Map(),
      taken = new Set(),
      all = [...runs(tokens, TUNING.query.name)];
    index.need("entries", all.map(([run]) => `${key(run)}=`));
    for (const [run, span] of all) {
      const id = termOf(index, key(run));
      if (id === undefined || span.some((i) => taken.has(i))) continue;
      span.forEach((i) => taken.add(i));
      found.set(id, span);
    }
    return found;
  }

  /** The terms whose names of two words stand in a query apart, or the other way round: 'is my
      gut leaky'. */
  function scattered(index, tokens, found) {
    const free = tokens
      .map((_, i) => i)
      .filter((i) => ![...found.values()].some((span) => span.includes(i)));
    for (const i of free)
      for (const j of free) {
        const id = i === j ? undefined : termOf(index, key([tokens[i], tokens[j]]));
        if (id !== undefined && !found.has(id)) found.set(id, [i, j]);
      }
    return found;
  }

  /** Whether a short word is only like a word of the tables, which is too little: 'chess' is no
      'cress'. */
  const isGuess = ([said, other], parts) =>
    !other &&
    parts.some(({ word, fuzzy }) => fuzzy === said && word.length <= TUNING.typos.short);

  /** Give the everyday words of a query the readings of what they mean, two words of a phrase also
      where they stand apart: 'are my arteries hardening'; return the terms among the meanings. */
  function translated(index, tokens, content, parts) {
    const { meanings, spread } = index;
    const terms = new Map();
    const apart = content.flatMap((one, i) =>
      content.flatMap((two, j) => (i === j || j === i + 1 ? [] : [[[one, two], [i, j]]])),
    );
    const phrases = [...runs(tokens, TUNING.query.phrase)]
      .filter(([run]) => run.some((word) => STOP.has(word)))
      .map(([run]) => [run, run.map((word) => content.indexOf(word)).filter((at) => at >= 0)]);
    const meant = [...runs(content, TUNING.query.phrase), ...phrases, ...apart].flatMap(
      ([said, span]) => (meanings.get(phraseKey(said)) || []).map((phrase) => [said, span, phrase]),
    );
    index.need("words", meant.flatMap(([, , phrase]) => phrase));
    index.need("entries", meant.map(([, , phrase]) => `${key(phrase)}=`));
    for (const [said, span, phrase] of meant) {
      if (isGuess(said, parts)) continue;
      const isKnown = said.every((word) => spread.has(word));
      const worth = TUNING.readings[isKnown ? "meantOfKnown" : "meant"];
      for (const { found } of parts.filter(({ word, fuzzy }) => said.includes(fuzzy || word))) {
        for (const word of phrase)
          if (spread.has(word))
            found.set(word, Math.max(worth, found.get(word) || 0));
      }
      const id = termOf(index, key(phrase));
      if (id !== undefined && !terms.has(id)) terms.set(id, span);
    }
    return terms;
  }

  Object.assign(KB_SEARCH, { parse });
})();
