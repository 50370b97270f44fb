// First match by npm sift, rule by rule, for as long as it is given. Arguments: the folder of node_modules, a JSON file
// of {rules, alerts, seconds}. Prints {compile, rate, memory, indexes}: seconds, alerts per second, bytes, the answers.
"use strict";
const path = require("path");
const fs = require("fs");
const sift = require(path.join(process.argv[2], "sift")).default;

const { rules, alerts, seconds } = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const clock = () => Number(process.hrtime.bigint()) / 1e9;

global.gc && global.gc();
const before = process.memoryUsage().heapUsed;
const started = clock();
const tests = rules.map((rule) => sift(rule));
const compile = clock() - started;
global.gc && global.gc();
const memory = process.memoryUsage().heapUsed - before;

const indexes = [];
const begun = clock();
for (const alert of alerts) {
  indexes.push(tests.findIndex((test) => test(alert)));
  if (clock() - begun > seconds) break;
}
const rate = indexes.length / (clock() - begun);
console.log(JSON.stringify({ compile, rate, memory, indexes }));
