// First match by npm sift, rule by rule, for as long as it is given. Arguments: the folder of node_modules, a JSON file
// of {rules, alerts, seconds}. Prints {compile, rate, memory, indexes}: seconds, alerts per second, bytes, the answers.
"use strict";
const path = require("path");
const fs = require("fs");
const sift = require(path.join(process.argv[2], "sift")).default;

const read = () => JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const { rules, alerts, seconds } = read();
read(); // whatever parsing leaves behind is left behind before memory is measured
const clock = () => Number(process.hrtime.bigint()) / 1e9;

for (let times = 0; times < 3 && global.gc; times++) global.gc();
const before = process.memoryUsage().heapUsed;
const started = clock();
const tests = rules.map((rule) => sift(rule));
const compile = clock() - started;
for (let times = 0; times < 3 && global.gc; times++) global.gc();
const memory = process.memoryUsage().heapUsed - before;

const indexes = [];
const begun = clock();
for (const alert of alerts) {
  indexes.push(tests.findIndex((test) => test(alert)));
  if (clock() - begun > seconds) break;
}
const rate = indexes.length / (clock() - begun);
console.log(JSON.stringify({ compile, rate, memory, indexes }));
