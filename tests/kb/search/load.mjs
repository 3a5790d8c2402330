/* The scripts of the search as a page loads them: ours from the sources, those of others from the
   built site. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const ROOT = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
const SITE = process.env.KB_SITE || join(ROOT, "_build/html");
const OURS = ["search-words", "search-warnings", "search-index", "search-languages", "search-query", "search-ranking", "search-parts"].map((name) =>
  join(ROOT, "docs/_ext/kb/search/engine", `${name}.js`),
);
const OTHERS = ["base-stemmer", "english-stemmer"].map((name) =>
  join(SITE, "_static", `${name}.js`),
);

globalThis.window = globalThis;
const run = (path) => vm.runInThisContext(readFileSync(path, "utf8"), path);
[...OTHERS, ...OURS].forEach(run);

/** The records of the built site, with the texts that come after, if these are no parts. */
export function built() {
  const load = (name) => run(join(SITE, `_static/kb-${name}.js`));
  ["records", "languages", "words"].forEach(load);
  if (!globalThis.KB_RECORDS.kinds) load("texts");
  const { text: texts, identifier: identifiers } = globalThis.KB_TEXTS || {};
  return { ...globalThis.KB_RECORDS, ...globalThis.KB_SAID, texts, identifiers };
}

/** What `act` returns, once the parts of the built site that it lacks have been read. */
export function withParts(act) {
  for (;;)
    try {
      return act();
    } catch (lack) {
      if (!lack.parts) throw lack;
      for (const name of lack.parts) run(join(SITE, `_static/kb-search/${name}.js`));
    }
}

/** An index of the records of `data`, whole, or of the parts of the built site. */
export function indexOf(data, languages = globalThis.KB_LANGUAGES || []) {
  if (data.kinds) {
    globalThis.KB_PARTS = {};
    return KB_SEARCH.learn(KB_SEARCH.openIndex(data, globalThis.KB_PARTS), languages);
  }
  const index = KB_SEARCH.makeIndex(data);
  KB_SEARCH.takeTexts(index, data.texts || [], data.identifiers);
  KB_SEARCH.grow(index);
  return KB_SEARCH.learn(index, languages);
}

const COLUMNS = [
  "kind",
  "page",
  "anchor",
  "title",
  "names",
  "summary",
  "terms",
  "verdict",
  "claims",
  "identifier",
  "questions",
];

/** What the build would write of a few records, each an object, on one page. */
export function dataOf(records, meanings = []) {
  const everyday = meanings.map((each) => each.map((side) => side.join("|")).join("=")).join("\n");
  const columns = Object.fromEntries(
    COLUMNS.map((name) => [name, records.map((record) => record[name] || 0)]),
  );
  const texts = records.map(({ text }) => text || 0);
  return { pages: [{ address: "one.html", title: "Bones" }], columns, texts, everyday, words: {} };
}
