/* node answers.mjs [sure] < queries.json: the first addresses that the search of the built site gives
   to each query; with `sure` none where it says that they are for a part of the query. */
import { readFileSync } from "node:fs";
import { built, indexOf } from "./load.mjs";

const IN_DIALOG = 10;
const index = indexOf(built());
const isSure = process.argv[2] === "sure";
function addresses(query) {
  const { results, left, isLoose } = KB_SEARCH.find(index, query);
  const shown = isSure && (left.length || isLoose) ? [] : results.slice(0, IN_DIALOG);
  return shown.map(({ record }) => record.address);
}
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(addresses)));
