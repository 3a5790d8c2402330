/* Queries in other languages: which of their words the table of the editors knows, and what these
   mean in the book.

   A word is known as the table has it, or with another ending; in scripts without spaces, wherever
   it stands.  KB_FOREIGN = {translated}. */
globalThis.KB_FOREIGN = (() => {
  "use strict";

  const { partsOf, UNSPACED, STOP } = KB_WORDS;
  const { key, remembered, isOwn } = KB_SEARCH;
  const HAN = /[\u3005\u3040-\u30ff\u4e00-\u9fff]+/g;
  const HANGUL = /[\uac00-\ud7a3]+/g;
  // What Korean adds to a word.
  const PARTICLE = /^(은|는|이|가|을|를|에|의|도|과|와|로|으로|에서|에는|에게|한|이나)?$/;
  const LONGEST = 4; // words of a phrase
  // So many letters stay and at most so many change, in our script and in others.
  const ENDINGS = { latin: { stem: 5, letters: 2 }, other: { stem: 4, letters: 3 } };
  const MOST = 3; // letters that the ending of both has: 'station' is not 'statine'
  // Small words that other languages have too.
  const SHARED = new Set(
    (
      "a am an as at be but can did die do et for had has he her i if in into is it its me my no " +
      "nor not of off on or out over own per so some such than then to too under up us via vs was " +
      "we were while will"
    ).split(" "),
  );
  const SHORTEST = 4; // letters of a word beside them that counts, where a title of the book has it

  /** Set apart the words that the table has in scripts without spaces, and drop what is between. */
  function cut({ unspaced }, query) {
    const within = (run) => {
      const found = [];
      for (let at = 0; at < run.length; ) {
        const word = unspaced.find((one) => run.startsWith(one, at));
        if (word) found.push(word);
        at += word ? word.length : 1;
      }
      return found.length ? ` ${found.join(" ")} ` : run;
    };
    const bare = (run) =>
      unspaced.find((one) => run.startsWith(one) && PARTICLE.test(run.slice(one.length))) || run;
    return query.replace(HAN, within).replace(HANGUL, (run) => ` ${bare(run)} `);
  }

  /** How many letters two words have behind what they have in common. */
  function changed(one, two) {
    let common = 0;
    while (common < one.length && one[common] === two[common]) common++;
    return one.length + two.length - 2 * common;
  }

  /** The key in the table of a word with another ending: 'тревогой' for 'тревога'. */
  function stemmed({ foreign, byLetter, known }, word) {
    const { stem, letters } = /^[a-z]+$/.test(word) ? ENDINGS.latin : ENDINGS.other;
    const isBegun = (byLetter.get(word[0]) || []).some((other) => other.startsWith(word));
    if (word.length < stem || isBegun || known.has(word)) return "";
    const least = Math.max(stem, word.length - letters);
    for (const id of foreign.keys())
      if (id.startsWith(word.slice(0, least)) && id.length - least <= letters && changed(word, id) <= MOST)
        return id;
    return "";
  }

  /** What a query in another language says in the words of the book, or "" if the table has none of
      its words. */
  function translated(index, query) {
    if (!index.foreign.size) return "";
    const tokens = partsOf(cut(index, query));
    // 'how to charge a battery' is not about 'batteri'
    const isEnglish = tokens.some((word) => STOP.has(word) && !SHARED.has(word));
    const said = new Map(); // what is meant, by the place of its first word
    const taken = new Set();
    for (let size = Math.min(LONGEST, tokens.length); size > 0; size--)
      for (let at = 0; at + size <= tokens.length; at++) {
        const run = tokens.slice(at, at + size);
        if (run.some((_, i) => taken.has(at + i))) continue;
        // a word of the book is itself: 'arteries' is not the Dutch 'arterie'
        if (isOwn(index, run)) continue;
        const id = key(run);
        const meant =
          index.foreign.get(id) ||
          (size === 1 && !isEnglish && !UNSPACED.test(id) && index.foreign.get(remembered(index, stemmed, id)));
        if (!meant) continue;
        run.forEach((_, i) => taken.add(at + i));
        said.set(at, meant);
      }
    const isKept = (word) =>
      /\d/.test(word) || (word.length >= SHORTEST && index.titled.get(word) > 0);
    return said.size
      ? tokens.map((word, i) => said.get(i) || (!taken.has(i) && isKept(word) ? word : "")).filter(Boolean).join(" ") + " "
      : "";
  }

  return { translated };
})();
