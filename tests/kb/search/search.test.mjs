/* Index, query and ranking on a few records: `node --test tests/kb/search/`. */
import assert from "node:assert/strict";
import test from "node:test";
import { dataOf, indexOf } from "./load.mjs";

const { TUNING, makeIndex, takeTexts, grow, parse, find } = KB_SEARCH;

const TERMS = [
  {
    kind: "term",
    anchor: "osteocalcin",
    title: "osteocalcin",
    names: ["BGP", "bone Gla protein"],
    text: "A protein of bone.",
    claims: [2],
  },
  {
    kind: "term",
    anchor: 1,
    title: "leaky gut",
    names: ["intestinal permeability"],
    text: "What a bowel lets through.",
  },
];
const CLAIM = {
  kind: "claim",
  anchor: "a1",
  title: "Osteocalcin closes the gut.",
  summary: "It has not been tested.",
  text: "In mice osteocalcin did nothing \ue000p6\ue001.",
  terms: [0],
  verdict: "unsupported",
  questions: ["does osteocalcin help my gut"],
};
const SECTION = {
  kind: "section",
  anchor: 1,
  title: "Bones and bowels",
  text: "Osteoporosis of rats (claim A1) on vitamin D3, and menaquinone-7 (MK-7) in their diet.",
  terms: [0],
};
const FOODS = [
  {
    kind: "food",
    anchor: "natto",
    title: "Natto, raw",
    names: ["natto"],
    summary: "939 µg per 100 g. Fermented beans, Japan, Kamao 2007.",
  },
  {
    kind: "food",
    anchor: "brie",
    title: "Brie",
    names: ["soft cheese"],
    summary: "12 µg per 100 g. Cheese, France, Vermeer 2018.",
  },
];
const SOURCE = {
  kind: "source",
  anchor: "karl2017fecal",
  title: "Fecal menaquinones",
  names: ["Karl Fu Booth"],
  summary: "Karl et al. 2017. Cross-sectional study.",
  text: "Menaquinones in the stool of 80 people.",
  identifier: "10.3945/ajcn.117.155424 28835370 PMC1234567",
};
const EVERYDAY = [[["osteoporosis"], ["brittle bones"]]];
const index = indexOf(dataOf([...TERMS, CLAIM, SECTION, ...FOODS, SOURCE], EVERYDAY));
const first = (query) => find(index, query).results[0]?.record.address;

// ---- The index ----------------------------------------------------------------------------------

test("every place has its address", () => {
  assert.deepEqual(
    index.records.map(({ address }) => address),
    [
      "one.html#term-osteocalcin",
      "one.html#term-leaky-gut",
      "one.html#claim-a1",
      "one.html#bones-and-bowels",
      "one.html#food-natto",
      "one.html#food-brie",
      "one.html#source-karl2017fecal",
    ],
  );
});

test("a section whose title begins with its kind keeps its anchor", () => {
  const { records } = makeIndex(dataOf([{ kind: "section", anchor: 1, title: "Section two" }]));
  assert.equal(records[0].address, "one.html#section-two");
});

test("a claim without words is found by what is said of it", () => {
  const other = indexOf(dataOf([{ ...CLAIM, title: "", text: "In mice." }, SECTION]));
  assert.deepEqual(
    find(other, "tested").results.map(({ record }) => [record.title, record.anchor]),
    [["", "claim-a1"]],
  );
});

test("names are known before any text has come, and texts are read in slices", () => {
  const data = dataOf([...TERMS, CLAIM, SECTION, ...FOODS, SOURCE]);
  const young = makeIndex(data);
  assert.equal(grow(young), true);
  for (const [query, kind] of [
    ["osteocalcin", "term"],
    ["does osteocalcin help my gut", "claim"],
    ["Karl 2017", "source"],
    ["28835370", "source"],
    ["brie", "food"],
    ["japan", "food"],
  ])
    assert.equal(find(young, query).results[0].record.kind, kind, query);
  assert.equal(find(young, "diet").results.length, 0);
  takeTexts(young, data.texts);
  assert.equal(grow(young, 0), false);
  assert.equal(grow(young), true);
  assert.equal(find(young, "diet").results[0].record.kind, "section");
});

test("a citation becomes author and year", () => {
  assert.equal(index.records[2].text, "In mice osteocalcin did nothing (Karl et al. 2017).");
});

test("a search changes nothing in the index", () => {
  const state = () =>
    JSON.stringify([index.read, ...[index.spread, index.names, index.fields.text.places].map((one) => [...one])]);
  const before = state();
  find(index, "osteocalzin natto 12");
  assert.equal(state(), before);
});

test("no number can be changed by a script", () => {
  assert.throws(() => {
    "use strict";
    TUNING.kinds.term = 2;
  }, TypeError);
  assert.deepEqual(Object.keys(TUNING.kinds).sort(), Object.keys(TUNING.exact).sort());
});

// ---- The query ----------------------------------------------------------------------------------

const readingsOf = (query) =>
  Object.fromEntries(parse(index, query).parts.map(({ word, found }) => [word, [...found.keys()]]));

for (const [name, query, word, reading] of [
  ["a known word", "rats ", "rats", "rats"],
  ["a word of the same stem", "bowel ", "bowel", "bowels"],
  ["the beginning of a word", "osteop", "osteop", "osteoporosis"],
  ["two words written as one", "leakygut ", "leakygut", "leaky"],
  ["an everyday word", "brittle bones ", "brittle", "osteoporosis"],
  ["another form of its words", "brittleness of bone ", "bone", "osteoporosis"],
  ["two everyday words apart", "is my bone so brittle ", "brittle", "osteoporosis"],
  ["a slip", "osteocalzin ", "osteocalzin", "osteocalcin"],
  ["a number set apart from its letters", "mk 7 ", "mk7", "mk7"],
]) {
  test(`${name} is read as the site says it`, () =>
    assert.ok(readingsOf(query)[word].includes(reading), JSON.stringify(readingsOf(query))));
}

test("a word that nobody would write for another has no reading", () => {
  assert.deepEqual(readingsOf("bicycle "), { bicycle: [] });
});

test("the terms that a query names are known with the places of their words", () => {
  assert.deepEqual(
    [...parse(index, "is osteocalcin in leaky gut").terms],
    [
      [1, [1, 2]],
      [0, [0]],
    ],
  );
  assert.deepEqual(
    [...parse(index, "is my gut leaky").terms],
    [[1, [1, 0]]],
    "apart, and the other way round",
  );
});

test("quotation marks, questions and open words are noted", () => {
  assert.deepEqual(parse(index, 'what is "leaky gut"').phrases, ["leaky gut"]);
  assert.equal(parse(index, "what is natto").isQuestion, true);
  assert.equal(parse(index, "natto").isQuestion, false);
  assert.deepEqual(
    ["nat", "nat "].map((query) => parse(index, query).isOpen),
    [true, false],
  );
});

test("a slip of a small word is that word", () => {
  assert.deepEqual(parse(index, "sholud whethr bowel ").content, ["bowel"]);
  assert.deepEqual(parse(index, "whale bowel ").content, ["whale", "bowel"]);
});

test("no more words of a query count than the limit", () => {
  assert.equal(
    parse(index, Array.from({ length: 99 }, (_, i) => `word${i}`).join(" ")).content.length,
    TUNING.query.words,
  );
});

// ---- The ranking --------------------------------------------------------------------------------

for (const [query, address] of [
  ["osteocalcin", "term-osteocalcin"],
  ["bone gla protein", "term-osteocalcin"],
  ["osteocalzin", "term-osteocalcin"],
  ["intestinal permeability", "term-leaky-gut"],
  ["does osteocalcin help my gut?", "claim-a1"],
  ["claim a1", "claim-a1"],
  ["A1", "claim-a1"],
  ["what does claim A 1 say", "claim-a1"],
  ["osteoporosis rats a1", "bones-and-bowels"],
  ["vitamin d3", "bones-and-bowels"],
  ["a9", undefined],
  ["brittle bones", "bones-and-bowels"],
  ["brie", "food-brie"],
  ["miso", undefined],
  ["Karl 2017", "source-karl2017fecal"],
  ["ajcn.117.155424", "source-karl2017fecal"],
  ["https://doi.org/10.3945/ajcn.117.155424", "source-karl2017fecal"],
  ["PMID: 28835370", "source-karl2017fecal"],
  ["https://pubmed.ncbi.nlm.nih.gov/28835370/", "source-karl2017fecal"],
  ["pmc1234567", "source-karl2017fecal"],
  ["28835", undefined],
  ["ｂｒｉｅ", "food-brie"],
  ["osteo\u00adcalcin", "term-osteocalcin"],
  ["BR\u0130E", "food-brie"],
  ["brieの料理", "food-brie"],
  ["bicycle", undefined],
  ["", undefined],
]) {
  test(`${JSON.stringify(query)} leads to ${address ?? "nothing"}`, () =>
    assert.equal(first(query), address && `one.html#${address}`));
}

for (const query of ["what is {}", "what does {} mean?", "whats an {}", "define {}", "{} definition", "meaning of {}"])
  test(`${query}: the term leads, behind a warning`, () => {
    const told = { kind: "section", anchor: 1, title: "Define osteocalcin", text: "Osteocalcin means a definition." };
    const ask = (data, word) => find(indexOf(data), query.replace("{}", word)).results.map(({ record }) => record.anchor);
    const data = dataOf([...TERMS, CLAIM, told, ...FOODS, SOURCE]);
    assert.equal(ask(data, "osteocalcin")[0], "term-osteocalcin");
    assert.equal(ask(data, "osteocalzin")[0], "term-osteocalcin");
    const warnings = [{ records: [2, 1], names: ["osteocalcin"], alone: [], taken: [] }];
    assert.deepEqual(ask({ ...data, warnings }, "osteocalcin").slice(0, 3), ["claim-a1", "term-osteocalcin", "term-leaky-gut"]);
  });

test("a question about a kind of food is answered by what tells of it", () => {
  const told = { kind: "section", anchor: "cheeses", title: "Cheese and what bacteria do", text: "K2." };
  const food = { kind: "food", anchor: "cheese-20", title: "Cheese 20+", names: [], summary: "K2" };
  const day = (title) => ({ kind: "section", anchor: 1, title, text: `${title} of the day.` });
  const other = indexOf(dataOf([food, told, ...["Milk", "Wine", "Tea"].map(day)]));
  const ask = (query) => find(other, query).results[0].record.anchor;
  assert.deepEqual(["which cheese has k2", "cheese"].map(ask), ["cheeses", "food-cheese-20"]);
});

test("quotation marks keep what has the very words", () => {
  assert.deepEqual(
    find(index, '"protein of bone"').results.map(({ record }) => record.address),
    ["one.html#term-osteocalcin"],
  );
});

test("a misspelled word is mended in the suggestion, and a right one has none", () => {
  assert.equal(find(index, "osteocalzin in rats ").suggestion, "osteocalcin in rats");
  assert.equal(find(index, "osteocalcin in rats ").suggestion, "");
});

test("a word that no page has is left out, and told", () => {
  const { results, left } = find(index, "bicycles for brie");
  assert.deepEqual(left, ["bicycles"]);
  assert.equal(results[0].record.anchor, "food-brie");
  assert.deepEqual(find(index, "bicycle").left, []);
});

test("where no record has enough of the query, those that have a part are told to be such", () => {
  const made = (title, text) => ({ kind: "section", anchor: 1, title, text });
  const other = indexOf(dataOf([made("Zebras", "Zebras."), made("Yaks", "Yaks."), made("Gnus", "Gnus.")]));
  const { results, isLoose } = find(other, "zebras yaks gnus ");
  assert.deepEqual([results.length, isLoose], [3, true]);
  assert.equal(find(other, "zebras ").isLoose, false);
});

for (const [query, loose] of [
  ["yaks", false],
  ["how old are yaks", false],
  ["neck", false], // a word of the book and nothing else
  ["my neck", true], // only mentioned
  ["shaggy neck", false], // two words stand together
  ["yak's ears", false],
  ["ear", false],
  ["how to ring", true], // 'rings'
  ["shaggy yaks", false],
  ["a bar of milk", true], // half of it in each of two places
]) {
  test(`${query} is ${loose ? "only mentioned" : "told of"}`, () => {
    const made = (title, text) => ({ kind: "section", anchor: 1, title, text });
    const yaks = made("Yaks and ears", "A shaggy neck. Rings in the nose.");
    const other = indexOf(dataOf([yaks, made("Rings of gnus", "A bar."), made("Cows", "They give milk.")]));
    assert.equal(find(other, `${query} `).isLoose, loose);
  });
}

for (const [query, mended] of [
  ["is ostocalcin “in rats”", "is osteocalcin “in rats”"],
  ["PHOSPHETE", "phosphate"],
  ["gtu", "gut"],
  ["brittle", ""],
  ["drinking too much", ""],
  ["PMID 28835371", ""],
]) {
  test(`${JSON.stringify(query)} is mended to ${JSON.stringify(mended)}`, () => {
    const known = [[["osteoporosis"], ["brittle bones"]], [["rats"], ["too much", "drinking a lot"]]];
    const phosphate = { kind: "section", anchor: 1, title: "Salts", text: "Phosphate or phosphate." };
    const other = indexOf(dataOf([...TERMS, SECTION, phosphate], known));
    assert.equal(find(other, `${query} `).suggestion.toLowerCase(), mended);
  });
}

test("among words equally near the one that sounds alike wins, then a name", () => {
  const made = (title, kind = "section") => ({ kind, anchor: 1, title, names: [title], text: "Salt." });
  const other = indexOf(dataOf([made("Cross"), made("Crohn"), made("Mental"), made("Emmental", "food")]));
  assert.equal(find(other, "crons ").suggestion, "crohn");
  assert.equal(find(other, "emental ").suggestion, "emmental");
});

test("a query about nothing but short words that are only like ours is not answered", () => {
  const made = (title) => ({ kind: "food", anchor: 1, title, names: [], text: "Salt." });
  const other = indexOf(dataOf([made("Cara cheese"), made("Sole")]));
  const number = (query) => find(other, query).results.length;
  assert.deepEqual(["used cars ", "used cars for sale ", "cars "].map(number), [0, 0, 1]);
});

test("a short word that is only like a word of the tables means nothing", () => {
  const greens = { kind: "section", anchor: 1, title: "Leafy greens", text: "Of the field." };
  const other = indexOf(dataOf([greens], [[["leafy greens"], ["cress", "watercresses"]]]));
  const number = (query) => find(other, query).results.length;
  assert.deepEqual(["cress ", "chess field ", "watercreses "].map(number), [1, 1, 1]);
  const [chess] = parse(other, "chess field ").parts;
  assert.deepEqual([chess.fuzzy, chess.found.has("leafy")], ["cress", false]);
  const [slip] = parse(other, "watercreses field ").parts;
  assert.equal(slip.found.has("leafy"), true);
});

test("a listed question puts its place first, but a name is no question", () => {
  const made = (kind, title, questions) => ({ kind, anchor: 1, title, names: [], text: "Salt.", questions });
  const section = made("section", "What a yak is", ["what is a yak", "may I milk a shaggy yak"]);
  const other = indexOf(dataOf([made("term", "yak"), section, made("section", "Milk of a yak, shaggy")]));
  const first = (query) => find(other, query).results[0].record.title;
  assert.deepEqual(["yak ", "may i milk a shaggy yak? "].map(first), ["yak", "What a yak is"]);
});

test("a word of the book is itself, whatever it means in another language", () => {
  const foreign = [[["artery"], ["arterie", "arterias"]]];
  const arteries = { kind: "section", anchor: 1, title: "Arteries", text: "An artery hardens." };
  const other = indexOf(dataOf([arteries]), foreign);
  const english = (query) => find(other, query).english;
  assert.deepEqual(["the arteries harden", "arterias"].map(english), ["", "artery"]);
});

for (const [query, mended] of [
  ["wsteocalcin", "osteocalcin"], // another first letter
  ["steocalcin", "osteocalcin"], // lost
  ["nosteocalcin", "osteocalcin"], // one too many
  ["soteocalcin", "osteocalcin"], // swapped
  ["wsteocalcins", "osteocalcin"],
  ["wstaocalcin", ""], // and a second slip
]) {
  test(`a first letter may be wrong: ${query}`, () => {
    assert.equal(find(indexOf(dataOf([...TERMS, SECTION])), `${query} `).asked.parts[0].fuzzy, mended);
  });
}

test("what a word stands for is looked up again when more has been read", () => {
  const late = { kind: "section", anchor: 1, title: "Salts", text: "Phosphate." };
  const data = dataOf([late]);
  const other = makeIndex(data);
  const number = () => find(other, "phosphete ").results.length;
  assert.equal(number(), 0);
  takeTexts(other, data.texts);
  grow(other);
  assert.equal(number(), 1);
});

test("a phrase keeps its small words where else one would be left", () => {
  const other = indexOf(dataOf([...TERMS, SECTION], [[["osteoporosis"], ["too much"]]]));
  const first = (query) => find(other, query).results[0]?.record.anchor;
  assert.equal(first("too much"), "bones-and-bowels");
  assert.equal(first("how much"), undefined);
});

test("results fall in their scores, and equal ones are in the order of the book", () => {
  const twins = [1, 2].map((number) => ({
    ...SECTION,
    title: "Twin",
    text: "Zebras.",
    anchor: `twin-${number}`,
  }));
  const { results } = find(indexOf(dataOf(twins)), "zebras");
  assert.deepEqual(
    results.map(({ record }) => record.anchor),
    ["twin-1", "twin-2"],
  );
  const scores = find(index, "osteocalcin gut bone").results.map(({ score }) => score);
  assert.deepEqual(
    scores,
    [...scores].sort((a, b) => b - a),
  );
});
