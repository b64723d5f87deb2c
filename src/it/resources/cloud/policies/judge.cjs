'use strict';
// node judge.cjs QUESTION ANSWER: two files of JSON. A question is one of:
//   {simulate: [{principal, action, resource, accountId, context, identityPolicies, resourcePolicy}]} -> [{allowed, error, ignored}]
//   {template: path, parameters: {name: value}} -> {errors: [...], content: the template with its tags written out}
const { readFileSync, writeFileSync } = require('node:fs');
const { runSimulation } = require('@cloud-copilot/iam-simulate');
// Node 23 has dropped what this linter still calls.
require('node:util').isUndefined ??= (value) => value === undefined;
const lint = require('cfn-lint');
const { openFile } = require('cfn-lint/lib/parser');

// What AWS Organizations attaches to every account until somebody restricts it.
const fullAccess = {
  orgIdentifier: 'root',
  policies: [{ name: 'FullAWSAccess', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
};

async function simulate(request) {
  const result = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.accountId },
        contextVariables: request.context,
      },
      identityPolicies: request.identityPolicies.map((policy, i) => ({ name: `policy-${i}`, policy })),
      resourcePolicy: request.resourcePolicy ?? undefined,
      serviceControlPolicies: [fullAccess],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error') {
    return { allowed: false, error: JSON.stringify(result.errors), ignored: [] };
  }
  return { allowed: result.overallResult === 'Allowed', error: '', ignored: result.result?.ignoredContextKeys ?? [] };
}

async function answer(question) {
  if (question.simulate) {
    return Promise.all(question.simulate.map(simulate));
  }
  const result = lint.validateFile(question.template, { parameters: question.parameters });
  const errors = [...result.errors.crit, ...result.errors.warn].map((e) => `${e.resource}: ${e.message}`);
  if (!result.templateValid && errors.length === 0) errors.push('not valid');
  return { errors, content: openFile(question.template) };
}

const [, , question, answerFile] = process.argv;
answer(JSON.parse(readFileSync(question, 'utf8'))).then((found) => writeFileSync(answerFile, JSON.stringify(found)));
