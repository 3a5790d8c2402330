/* node tests/bench/search_growth.mjs N [N ...]: the search of a book N times as large.

   The records of the built site (or of the one that KB_SITE names) are copied N times; in each copy
   so many of the longer words are other words that the vocabulary grows as N to the power of 0.55
   (Heaps' law).  Prints a line of JSON for each N: kilobytes of the first file and of the texts,
   packed; milliseconds of processor time, in Node, until titles and until texts are read; and of a
   key, over a sample of tests/support/queries.yaml.  Compare with a run of another state. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import zlib from "node:zlib";
import { built, indexOf } from "../kb/search/load.mjs";

const GROWTH = 0.55;
const RUNS = 3; // the best counts
const EVERY = 24; // query of the file
const KEPT = new Set(["kind", "page", "verdict", "identifier"]); // as they are in each copy
const site = built();
const count = site.columns.kind.length;

const fraction = (text) => {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return sum / 2 ** 32;
};

/** A text in the words of copy `copy`, of which `share` are its own; sources are those of it. */
function inWords(text, copy, share) {
  const tail = String.fromCharCode(97 + (copy % 26), 97 + Math.floor(copy / 26));
  return text
    .replace(/\b(?!dated\b)[A-Za-z]{5,}/g, (word) =>
      fraction(word.toLowerCase() + copy) < share ? word.slice(0, -2) + tail + word.slice(-2) : word,
    )
    .replace(/\ue000(.)([\d,]+)\ue001/g, (_, role, places) => {
      const moved = places.split(",").map((place) => Number(place) + copy * count);
      return `\ue000${role}${moved}\ue001`;
    });
}

function copied(name, value, copy, share) {
  if (!copy || !value || KEPT.has(name)) return value;
  if (name === "terms" || name === "claims") return value.map((place) => place + copy * count);
  if (name === "anchor") return value === 1 ? value : `${value}-${copy}`;
  return Array.isArray(value)
    ? value.map((text) => inWords(text, copy, share))
    : inWords(value, copy, share);
}

function grown(times) {
  const share = times > 1 ? (times ** GROWTH - 1) / (times - 1) : 0;
  const all = (name, column) =>
    Array.from({ length: times }, (_, copy) =>
      column.map((value) => copied(name, value, copy, share)),
    ).flat();
  const columns = Object.entries(site.columns).map(([name, column]) => [name, all(name, column)]);
  return { ...site, columns: Object.fromEntries(columns), texts: all("text", site.texts) };
}

const packed = (data) => Math.round(zlib.gzipSync(JSON.stringify(data), { level: 9 }).length / 1000);

/** Milliseconds of processor time of all threads. */
function took(act) {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const queries = [
  ...readFileSync(join(import.meta.dirname ?? ".", "../support/queries.yaml"), "utf8").matchAll(
    /^- query: (.*)$/gm,
  ),
].map((match) => match[1]);

function measured(times) {
  const data = grown(times);
  let titles = Infinity,
    texts = Infinity;
  for (let run = 0; run < RUNS; run++) {
    let index;
    const { columns } = structuredClone(data);
    titles = Math.min(titles, took(() => (index = KB_SEARCH.makeIndex({ ...data, columns }))));
    KB_SEARCH.takeTexts(index, data.texts);
    texts = Math.min(texts, took(() => KB_SEARCH.grow(index)));
  }
  const index = indexOf(data);
  const keys = queries
    .filter((_, number) => number % EVERY === 0)
    .flatMap((query) => [...query].map((_, at) => query.slice(0, at + 1)).slice(1, 24))
    .map((text) => took(() => KB_SEARCH.find(index, text)))
    .sort((a, b) => a - b);
  const at = (part) => Math.round(keys[Math.floor(keys.length * part)] * 100) / 100;
  return {
    times,
    records: count * times,
    words: index.spread.size,
    "titles kB": packed({ ...data, texts: 0 }),
    "texts kB": packed(data.texts),
    "titles ms": Math.round(titles),
    "texts ms": Math.round(texts),
    "key p50 ms": at(0.5),
    "key p95 ms": at(0.95),
  };
}

for (const times of process.argv.slice(2)) console.log(JSON.stringify(measured(Number(times))));
