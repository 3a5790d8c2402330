/* node answers.mjs [sure | warned | english] < queries.json: the first addresses that the search of the built
   site gives to each query; with `sure` none where it says that they are for a part of the query,
   with `warned` only those that a warning puts first; with `english` what it takes each for that is
   in another language, alone in a list. */
import { readFileSync } from "node:fs";
import { built, indexOf, withParts } from "./load.mjs";

const IN_DIALOG = 10;
const index = indexOf(built());
const [, , mode] = process.argv;
const warned = (query) => KB_WARNINGS.warnedOf(index.warnings, query, (word) => index.spread.has(word)).first;
function found(query) {
  const { results, left, isLoose } = KB_SEARCH.find(index, query);
  const shown = mode === "sure" && (left.length || isLoose) ? [] : results.slice(0, IN_DIALOG);
  return shown.map(({ record }) => record);
}
function addresses(query) {
  const records = withParts(() => (mode === "warned" ? warned : found)(query));
  withParts(() => index.need("records", records.map(({ id }) => id)));
  return records.map(({ address }) => address);
}
const english = (query) => [KB_FOREIGN.translated(index, query).trim()].filter(Boolean);
const answer = mode === "english" ? english : addresses;
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answer)));
