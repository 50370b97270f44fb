// Puts queries to npm sift and prints its answers. One case per line of standard input: [query, document]; one answer
// per line of standard output: true, false, "compile" or "match" (what threw). {"$$date": ms} stands for a Date.
"use strict";
const sift = require("sift").default;
const readline = require("readline");

const revive = (key, value) =>
  value && typeof value === "object" && Object.keys(value).length === 1 && "$$date" in value
    ? new Date(value.$$date)
    : value;

const answer = (query, document) => {
  let test;
  try {
    test = sift(query);
  } catch (error) {
    return "compile";
  }
  try {
    return Boolean(test(document));
  } catch (error) {
    return "match";
  }
};

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const [query, document] = JSON.parse(line, revive);
  process.stdout.write(JSON.stringify(answer(query, document)) + "\n");
});
