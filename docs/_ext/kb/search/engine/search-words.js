/* The words of the search: how a text is cut into words, and when two writings are one word.

   The same for the records and for a query: Greek letters, units, accents, hyphens, apostrophes and
   British spelling are folded.  KB_WORDS = {words, partsOf, forms, chunks, distance, singular,
   evened, UNSPACED, STOP, SOFT}. */
(() => {
  "use strict";

  const GREEK = {
    α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ζ: "zeta", η: "eta", θ: "theta",
    ι: "iota", κ: "kappa", λ: "lambda", μ: "mu", ν: "nu", ξ: "xi", ο: "omicron", π: "pi", ρ: "rho",
    σ: "sigma", ς: "sigma", τ: "tau", υ: "upsilon", φ: "phi", χ: "chi", ψ: "psi", ω: "omega",
  };
  const LETTERS = { ß: "ss", ø: "o", ł: "l", æ: "e", œ: "oe", ı: "i" };
  const MICROGRAM = /^(?:mcg|micrograms?)$/;
  const DATED = /^((?:19|20)\d\d)([a-d])$/;
  const MEASURE = /^(\d+)(ug|mg|g|kg|ml|nmol|pmol|mmol|iu|pg|ng)$/;
  // Words that carry no subject.
  const STOP = new Set(
    (
      "a an and any are as at be been being but by can could did do does doing et for from had " +
      "has have having he her his how i if in into is it its me my no nor not of off on or our " +
      "out over own per she should so some such than that the their them then there these they " +
      "this those to too under up us was we were what when where which while who whom whose why " +
      "will with would you your am about via vs versus whether im ive against " +
      "what's who's how's that's there's isn't aren't don't doesn't didn't can't won't"
    )
      .replaceAll("'", "")
      .split(" "),
  );
  // Words of questions: they may be found, but a record without them answers as well.
  const SOFT = new Set(
    (
      "able according act actually add affect affects again ago allow almost already also " +
      "always another anyone anything apart around ask available avoid aware away back bad " +
      "based basically because become before begin beginning behind believe benefit benefits " +
      "best better big bit bother bottom bring brings build buy call care carry cause causes " +
      "change check choose clean clear close come comes coming common compare complete " +
      "concerned consider contact contain contains content cost count cover cure current " +
      "currently cut dad daughter deal decide decrease deep depend describe despite develop " +
      "difference different difficult direct directly doctor done door down drop during each " +
      "early easy eat eating effect effective effects else elsewhere end ended enough even ever " +
      "every everyday everything evidence exact exactly exist expect explain explained extra " +
      "fact fail fairly far fast father feel feeling few fight figure final finally find first " +
      "fix follow follows force found friend front full further gave general get gets getting " +
      "give given go goes going gone good got great grow guess had half happen happens hard " +
      "harder hear heard hello help helped helpful helping helps here high hold honest honestly " +
      "hope hour hours husband idea important improve improves increase increased increases " +
      "inside instead interested interesting issue itself job just k k2 keep kept kind knew " +
      "know known knows large last late lately later latest lead learn least leave left less " +
      "let like likely line link list listed little live living long look looking lose lot lots " +
      "low lower made main major make makes making manage many matter maybe mean meaning means " +
      "mention might minute month months more morning most mother move much mum must myself " +
      "named near nearly necessary need needed needs never new next nice night none normal " +
      "nothing notice now number often ok okay old once one only open order original other " +
      "others page part particular past pay people percent perhaps person pick place plan " +
      "please point possible possibly prefer present pretty prevent prevents probably problem " +
      "produce proof proper proven provide put question questions quick quickly quite raise " +
      "raises rather reach read ready real really reason receive recent recommend reduce " +
      "regular related replace report require rest rid right role round run running runs safely " +
      "said same save say says see seem seems seen send sense serious seriously set several " +
      "shall short show shown side similar simple simply since single site situation size " +
      "slightly small someone something sometimes son soon sort sound speak special spend stand " +
      "start started state stay steps still stop strengthen strong stronger strongest studies " +
      "study suggest supplement supplements supposed sure take taken takes taking talk talking tell " +
      "tells tend thank thanks therefore thing things think though thought through time times " +
      "tiny today together told top total touch toward treat treats tried true truly truth try " +
      "trying turn turned turning turns type types typical understand unless until upon use " +
      "used useful user uses using usual usually various version very vitamin wait walk want " +
      "wanted wants watch way ways website week weeks well went whatever whenever wherever " +
      "whether whole wife wonder wondering word words work worked working works world worry " +
      "worse worst worth write written wrong year years yes yet young yourself " +
      "above absolutely across allowed allows along amazing among anymore anyway " +
      "anywhere apparently appear appears asked asking awful badly became becomes becoming " +
      "belong belongs below beside besides beyond bringing brought called calling calls " +
      "came certainly choosing chose chosen clearly completely considered considering " +
      "continue continues decided definitely depends deserve discover easily either ends " +
      "especially eventually everybody everyone everywhere excellent except expected " +
      "finished fully gives giving gonna gotta grab happened happening highly holding " +
      "horrible huge immediately incredible keeping keeps leaving liked likes lived lives " +
      "massive meant meet mentioned merely met mostly neither nobody noticed nowhere " +
      "obviously offer offered offers particularly pass passed perfect perfectly picked " +
      "picking planned planning prepare prepared previously properly realize recently sat " +
      "saying seemed showed showing shows sit sits slowly somebody somehow somewhere " +
      "speaking speaks spoke starting starts stayed staying stays stopped stopping stops " +
      "suddenly suppose telling terrible thinking throughout totally towards tries wanna " +
      "within wonderful"
    ).split(" "),
  );
  const SPELLING = [
    [/ae(?=[a-z])/g, "e"],
    [/oe(?=[a-z]{2})/g, "e"], // coeliac, paediatric, oedema
    [/ph/g, "f"], // sulphur
    [/([a-z]{2})our(?=$|s$|al$|ed$|ing$|able$|ful$)/, "$1or"], // tumour, behavioural
    [/([a-z]{2})is(e|ed|es|er|ing|ation|ations)$/, "$1iz$2"], // randomised
    [/([a-z]{2})ys(e|ed|es|ing)$/, "$1yz$2"], // analysed
    [/([a-z]{2}[bt])re(s?)$/, "$1er$2"], // fibre, centre
    [/yoghurt/, "yogurt"],
    [/^soya/, "soy"],
    [/([a-z]{3})ll(ed|ing)$/, "$1l$2"],
    [/ogue(s?)$/, "og$1"],
    [/^tumm(y|ies)$/, "stomach"],
  ];
  const SPELLED = /ae|oe|ph|our|is[eia]|ys[ei]|[bt]re|yogh|soya|ll(?:ed|ing)$|ogue|tumm/;
  // Of each sign: 0 ends a word, 1 is a part of one, 2 joins two parts, 3 is a part of one in a
  // script without spaces, whose words are cut where the script changes.
  const SIGNS = new Uint8Array(65536);
  for (const [from, to] of [
    "09",
    "az",
    "ªª",
    "µµ",
    "ºº",
    "ßʯ",
    "Ͱϯ",
    "Ѐԯ",
    "Ḁ῿",
    "⁰₟",
    "\u0621\u06d3", // Arabic
  ])
    SIGNS.fill(1, from.charCodeAt(0), to.charCodeAt(0) + 1);
  for (const [from, to] of ["々々", "ぁヿ", "一鿿", "\uac00\ud7a3"])
    SIGNS.fill(3, from.charCodeAt(0), to.charCodeAt(0) + 1);
  for (const sign of "×÷;΄΅·") SIGNS[sign.charCodeAt(0)] = 0;
  for (const sign of "-‐‑–−'’.,/") SIGNS[sign.charCodeAt(0)] = 2;

  const UNSPACED = /[\u3005\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;

  const known = new Map(); // chunk of text, its words

  /** The words of a text as the index knows them, in order; a hyphenated word gives itself and
      its parts. */
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

  /** Call `each` with every run of letters and digits, lower case, hyphens and the like within
      it, and with its place. */
  function chunks(text, each) {
    const low = text.toLowerCase();
    const kept = low.length === text.length ? low : text; // a few letters grow when made small
    for (let at = 0; at < kept.length; at++) {
      const script = SIGNS[kept.charCodeAt(at)];
      if (script !== 1 && script !== 3) continue;
      let end = at + 1;
      while (
        SIGNS[kept.charCodeAt(end)] === script ||
        (SIGNS[kept.charCodeAt(end)] === 2 && SIGNS[kept.charCodeAt(end + 1)] === script)
      )
        end++;
      each(kept.slice(at, end), at, end);
      at = end - 1;
    }
  }

  function fold(chunk) {
    if (/^[a-z]+$/.test(chunk)) return { parts: [MICROGRAM.test(chunk) ? "ug" : spelled(chunk)] };
    const even = chunk.normalize("NFKC").toLowerCase();
    if (/^\d+(?:[.,]\d+)*$/.test(even))
      return { parts: [even.replace(/,(?=\d{3}(\D|$))/g, "").replace(/\.0+$/, "")] };
    const bare = even.replace(/['’]s\b/g, "").replace(/['’]/g, "");
    const parts = bare
      .split(/[-‐‑–−.,/]/)
      .flatMap(plain)
      .filter(Boolean);
    return parts.length > 1 && /[-‐‑–−]/.test(bare) ? { whole: parts.join(""), parts } : { parts };
  }

  const spelled = (word) =>
    SPELLED.test(word)
      ? SPELLING.reduce((mended, [from, to]) => mended.replace(from, to), word)
      : word;

  function plain(part) {
    const bare = part
      .replace(/(^|\d)(?:μg|mcg|micrograms?)$/, "$1ug")
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "");
    const ascii = bare
      .replace(/[α-ω]/g, (sign) => GREEK[sign] || sign)
      .replace(/[ßøłæœı]/g, (sign) => LETTERS[sign]);
    const measured = ascii.match(MEASURE) || ascii.match(DATED);
    return measured ? [measured[1], measured[2]] : [spelled(ascii)];
  }

  const letters = new Map(); // word, its letters as bits

  function lettersOf(word) {
    let bits = letters.get(word);
    if (bits === undefined) {
      bits = 0;
      for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31);
      letters.set(word, bits);
    }
    return bits;
  }

  function bitsOf(number) {
    let count = 0;
    for (let left = number; left; left &= left - 1) count++;
    return count;
  }

  /** Edits between two words, a swap of neighbors counting once; anything above `most` is `most +
      1`. */
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    // One edit brings at most one letter and takes one.
    if (bitsOf(lettersOf(a) ^ lettersOf(b)) > 2 * most) return most + 1;
    let before = [],
      last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1];
        let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          cost = Math.min(cost, before[j - 2] + 1);
        row.push(cost);
        least = Math.min(least, cost);
      }
      if (least > most) return most + 1;
      before = last;
      last = row;
    }
    return last[b.length];
  }

  /** A query with the signs that a page of print or a keyboard of another script puts into it as
      they are elsewhere: full width, soft hyphens, signs that nobody sees, a dotted capital I. */
  const evened = (query) =>
    query
      .normalize("NFKC")
      .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
      .replace(/\u0130/g, "I");

  /** A word without the sign of the plural. */
  const singular = (word) => word.replace(/(?<=[a-z]{2}[^su])s$|(?<=[sxz]|ch|sh)es$/, "");

  /** Every form of a chunk: its whole, if it has a hyphen, and its parts. */
  const forms = (chunk) => {
    const { whole, parts } = formsOf(chunk);
    return whole ? [whole, ...parts] : parts;
  };

  globalThis.KB_WORDS = { words, partsOf, forms, chunks, distance, singular, evened, UNSPACED, STOP, SOFT };
})();
