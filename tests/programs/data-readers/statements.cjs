// Reads JSON-LD by jsonld.js, with the context that is given: N-Quads out.
const fs = require('node:fs');
const { createRequire } = require('node:module');

const [modules, file, context] = process.argv.slice(2);
const jsonld = createRequire(`${modules}/`)('jsonld');
const documentLoader = async (documentUrl) => {
  if (documentUrl !== 'https://schema.org') throw new Error(`no network for ${documentUrl}`);
  return { contextUrl: null, documentUrl, document: JSON.parse(fs.readFileSync(context, 'utf8')) };
};
jsonld
  .toRDF(JSON.parse(fs.readFileSync(file, 'utf8')), { documentLoader, format: 'application/n-quads' })
  .then((quads) => process.stdout.write(quads));
