/* The scripts of the search as a page loads them: ours from the sources, those of others from the
   built site. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const ROOT = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
const SITE = process.env.KB_SITE || join(ROOT, "_build/html");
const OURS = ["search-words", "search-warnings", "search-index", "search-languages", "search-query", "search-ranking"].map((name) =>
  join(ROOT, "docs/_ext/kb/search/engine", `${name}.js`),
);
const OTHERS = ["minisearch", "base-stemmer", "english-stemmer"].map((name) =>
  join(SITE, "_static", `${name}.js`),
);

globalThis.window = globalThis;
const run = (path) => vm.runInThisContext(readFileSync(path, "utf8"), path);
[...OTHERS, ...OURS].forEach(run);

/** The records of the built site. */
export function built() {
  run(join(SITE, "_static/kb-records.js"));
  run(join(SITE, "_static/kb-languages.js"));
  run(join(SITE, "_static/kb-words.js"));
  return { ...globalThis.KB_RECORDS, ...globalThis.KB_SAID };
}

/** An index of the records of `data`, whole. */
export function indexOf(data, languages = globalThis.KB_LANGUAGES || []) {
  const index = KB_SEARCH.makeIndex(data);
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
  "text",
  "terms",
  "verdict",
  "claims",
  "identifier",
  "questions",
];

/** What the build would write of a few records, each an object, on one page. */
export function dataOf(records, everyday = {}) {
  const columns = Object.fromEntries(
    COLUMNS.map((name) => [name, records.map((record) => record[name] || 0)]),
  );
  return { pages: [{ address: "one.html", title: "Bones" }], columns, everyday, words: {} };
}
