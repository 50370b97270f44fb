// Renders a batch with the real handlebars and handlebars-helpers: a JSON list of {template, context} on standard
// input, a JSON list of {text} or {error} on standard output. The clock is the instant given as the first argument.
'use strict';

const instant = Date.parse(process.argv[2]);
const RealDate = Date;
class FixedDate extends RealDate {
  constructor(...args) {
    super(...(args.length ? args : [instant]));
  }
  static now() {
    return instant;
  }
}
global.Date = FixedDate;

const silence = () => {};
console.log = silence;
console.error = silence;
process.stderr.write = () => true;

const Handlebars = require('handlebars');
require('handlebars-helpers')({ handlebars: Handlebars });

function render({ template, context }) {
  try {
    return { text: Handlebars.compile(template)(context) };
  } catch (error) {
    return { error: String(error.message) };
  }
}

const batch = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(batch.map(render)));
