/* node answers.mjs < queries.json: the first addresses that the search of the built site gives to
   each query. */
import { readFileSync } from "node:fs";
import { built, indexOf } from "./load.mjs";

const IN_DIALOG = 10;
const index = indexOf(built());
const addresses = (query) =>
  KB_SEARCH.find(index, query)
    .results.slice(0, IN_DIALOG)
    .map(({ record }) => record.address);
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(addresses)));
