"use strict";
// Counts the words of INPUT_TEXT and leaves the result in the scratch directory, which is where it is started.
const { writeFileSync } = require("node:fs");
const { countWords } = require("word-count");

const words = countWords(process.env.INPUT_TEXT ?? "");
writeFileSync("result.json", JSON.stringify({ words }) + "\n");
console.log(`${words} words`);
