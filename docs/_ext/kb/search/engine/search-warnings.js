/* Who has to be warned: the names of medicines, the conditions and the words for harm that a query
   holds, and the records to which they lead.

   A name is found as whole words, written together or apart, and with the slips that people make;
   in scripts without spaces, anywhere.  KB_WARNINGS = {makeWarnings, warnedOf,
   sound}. */
globalThis.KB_WARNINGS = (() => {
  "use strict";

  const { partsOf, distance, singular, UNSPACED, STOP, SOFT } = KB_WORDS;
  const LONGEST = 5; // words of a name
  // Of vitamin K or a product of it, in the languages of the tables.
  const TAKEN =
    /k ?-?2|mk ?-?\d|\bvit(?!al|er|ro)|\bnatt+o|\bmenaq|\bsuppl[ei]m|\btablet|\bpill|\bcapsul|\bkapsel|витам|добав|вітам|ビタミン|サプリ|納豆|维生素|維生素|纳豆|비타민|낫토/;

  const joined = (tokens) => tokens.map(singular).join("");

  /** The names of the file of records by the key under which they are looked up: {names: key to
      {led, when, unless, isSecond}, lengths: keys of one length, unspaced: [name, what it leads
      to]}. */
  function makeWarnings(groups, records) {
    const found = { names: new Map(), lengths: new Map(), unspaced: [], words: new Set() };
    for (const group of groups) {
      const led = group.records.map((number) => records[number]);
      const isSecond = Boolean(group.second);
      const unless = (group.unless || []).map((words) => joined(partsOf(words)));
      for (const when of ["names", "alone", "taken"])
        for (const name of group[when])
          note(found, name.normalize("NFKC"), { led, when, unless, isSecond });
    }
    return found;
  }

  function note({ names, lengths, unspaced, words }, name, warning) {
    if (UNSPACED.test(name)) return unspaced.push([name, warning]);
    const tokens = partsOf(name);
    const key = joined(tokens);
    for (const word of tokens) words.add(word).add(singular(word));
    if (names.has(key)) return;
    const apart = tokens.at(-1).length === 1; // 'vitamine' is not 'vitamin e'
    names.set(key, { ...warning, apart });
    if (warning.when !== "alone" && !apart && warning.led.length)
      lengths.set(key.length, [...(lengths.get(key.length) || []), key]);
  }

  /** A word as it sounds, without its vowels: 'kumadin' is 'coumadin'. */
  const sound = (word) =>
    word
      .replace(/c[hk]?|q|k/g, "k")
      .replace(/th/g, "t")
      .replace(/ph|v/g, "f")
      .replace(/^x|z/g, "s")
      .replace(/x/g, "ks")
      .replace(/[^a-z]|[aeiouyhw]/g, "")
      .replace(/(.)\1+/g, "$1");

  /** Whether a run of `size` words may be a slip for a name: an ending more, a name that sounds the
      same, one slip, or more in a longer name that begins and ends in the same way; words for harm
      are everybody's, and have one slip. */
  function isSlip(run, size, name, { when }) {
    const { length } = name;
    if (length < 5) return false;
    if (length > 5 && size === 1 && run.startsWith(name)) return true; // 'варфарином'
    const far = distance(run, name, length < 12 ? 2 : 3);
    if (length > 6 && far <= 1) return true;
    if (when === "taken") return false;
    const isFramed = run[0] === name[0] && run.at(-1) === name.at(-1);
    if (far <= (length < 8 ? 1 : length < 12 ? 2 : 3) && length > 7 && (isFramed || length > 9))
      return true;
    const heard = far <= 2 ? sound(name) : "";
    return heard.length > (far > 1 ? 2 : 1) && heard === sound(run) && (length > 5 || far <= 1);
  }

  const asked = new WeakMap(); // warnings, the names by the runs of words that are slips for them

  /** The names for which a run of words is a slip. */
  function slips(warnings, words) {
    if (!asked.has(warnings)) asked.set(warnings, new Map());
    const known = asked.get(warnings);
    const run = joined(words),
      id = words.join(" ");
    if (!known.has(id)) {
      const near = [];
      for (let length = run.length - 3; length <= run.length + 3; length++)
        for (const name of warnings.lengths.get(length) || [])
          if (isSlip(run, words.length, name, warnings.names.get(name))) near.push(name);
      known.set(id, near);
    }
    return known.get(id);
  }

  /** The runs of words, the longest first, each with the place of its first. */
  function* runs(tokens, longest) {
    for (let size = Math.min(longest, tokens.length); size > 0; size--)
      for (let at = 0; at + size <= tokens.length; at++) yield [tokens.slice(at, at + size), at];
  }

  /** The warnings that `tokens` hold, each with the words that it takes; none within what has no
      warning. */
  function* held(warnings, tokens, isKnown) {
    const { names } = warnings;
    const named = (words) => {
      const one = names.get(joined(words));
      return words.length === 1 && one?.apart ? undefined : one;
    };
    const found = [...runs(tokens, LONGEST)];
    const own = new Set(); // places of words that have no warning
    for (const [words, at] of found)
      if (named(words)?.led.length === 0) words.forEach((_, i) => own.add(at + i));
    for (const [words, at] of found) {
      if (words.some((_, i) => own.has(at + i))) continue;
      const exact = named(words);
      if (exact) yield [exact, words];
      else if (!words.every(isKnown))
        for (const name of slips(warnings, words)) yield [names.get(name), words];
    }
  }

  /** The records to which a query leads: `first` of all, and `second` behind its best answer;
      `isKnown` tells words of the book. */
  function warnedOf(warnings, query, isKnown) {
    const even = KB_WORDS.evened(query);
    const tokens = partsOf(even);
    const whole = joined(tokens);
    const isSure = (word) =>
      STOP.has(word) || SOFT.has(word) || isKnown(word) || warnings.words.has(word);
    const found = [
      ...held(warnings, tokens, isSure),
      ...warnings.unspaced.filter(([name]) => even.includes(name)).map(([, one]) => [one, []]),
    ].filter(([{ when }]) => when !== "alone" || warnings.names.get(whole)?.when === "alone");
    const said = new Set(found.flatMap(([, words]) => words));
    const beside = new Set([...runs(tokens, LONGEST)].map(([words]) => joined(words)));
    const isOfK = TAKEN.test(even.toLowerCase());
    const isBare = tokens.every((word) => said.has(word) || STOP.has(word) || SOFT.has(word));
    const kept = found
      .map(([one]) => one)
      .filter(({ when, unless }) =>
        isOfK || !((when === "taken" && !isBare) || unless.some((words) => beside.has(words))),
      );
    const first = kept.filter(({ isSecond }) => !isSecond).flatMap(({ led }) => led);
    const second = kept.flatMap(({ led }) => led).filter((record) => !first.includes(record));
    return { first: [...new Set(first)], second: [...new Set(second)] };
  }

  return { makeWarnings, warnedOf, sound };
})();
