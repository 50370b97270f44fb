// Asks moment-timezone, and sift with the clock operators built on it. One question per line of standard input:
//   ["format", ms, zone, pattern]      the text
//   ["parse", ms, zone, pattern, text] milliseconds, or null when moment calls it invalid
//   ["match", ms, query]               true or false
// `ms` is the instant that counts as now; one answer per line of standard output.
"use strict";
const moment = require("moment-timezone");
const sift = require("sift");
const readline = require("readline");

console.error = () => {};

const without = (object, ...keys) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

const clocks = (now) => {
  const yes = (test, owner, options) => sift.createEqualsOperation(test, owner, options);
  const zoned = (params) => moment.tz(now, params.timezone || "Etc/UTC");
  const operations = {
    $day(params, owner, options) {
      const test = sift.default(without(params, "timezone"), { operations });
      return yes(() => test(zoned(params).isoWeekday()), owner, options);
    },
    $now(params, owner, options) {
      const test = sift.default(without(params, "timezone", "format"), { operations });
      return yes(() => test(zoned(params).format(params.format || "YYYY-MM-DD")), owner, options);
    },
    $timeBetween(params, owner, options) {
      const read = (text) => moment.tz(text, params.timeformat || "hh:mm a", params.timezone || "Etc/UTC");
      return yes(() => {
        const [start, end] = [read(params.starttime), read(params.endtime)];
        const at = zoned(params);
        return start.isAfter(end)
          ? at.isSameOrAfter(start) || at.isSameOrBefore(end)
          : at.isBetween(start, end, undefined, "[]");
      }, owner, options);
    },
  };
  return operations;
};

const answers = {
  format: (ms, zone, pattern) => moment.tz(ms, zone).format(pattern),
  parse: (ms, zone, pattern, text) => {
    const read = moment.tz(text, pattern, zone);
    return read.isValid() ? read.valueOf() : null;
  },
  match: (ms, query) => sift.default(query, { operations: clocks(ms) })({ always: true, alert: { title: "x" } }),
};

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const [kind, ms, ...rest] = JSON.parse(line);
  moment.now = () => ms;
  process.stdout.write(JSON.stringify(answers[kind](ms, ...rest)) + "\n");
});
