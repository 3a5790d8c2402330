// Reads references by citation-js: names of files in, CSL-JSON and the printed list in two styles out.
const fs = require('node:fs');
const { createRequire } = require('node:module');

const [modules, ...names] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const { Cite } = load('@citation-js/core');
for (const plugin of ['bibtex', 'cff', 'csl', 'ris', 'yaml']) load(`@citation-js/plugin-${plugin}`);

const told = names.map((name) => {
  const text = fs.readFileSync(name, 'utf8');
  const read = new Cite(name.endsWith('.json') ? JSON.parse(text) : text);
  const records = read.data.map(({ _graph, ...record }) => record);
  const printed = ['apa', 'vancouver'].map((template) => read.format('bibliography', { template }));
  return { records, printed };
});
process.stdout.write(JSON.stringify(told));
