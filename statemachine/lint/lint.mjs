// Checks every state machine with two linters that catch different mistakes, and prints each finding with file,
// line or path, and linter. Ends with 1 if there is any finding.
//
//   node lint.mjs [FILE…]      default: every *.asl.json beside this directory

import { createRequire } from "node:module";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const asl = require("amazon-states-language-service");
const validate = require("asl-validator");

const here = dirname(fileURLToPath(import.meta.url));

/** A state machine as Terraform would render it: every ${name} becomes a legal value. */
export function rendered(text) {
  return text.replace(/(?<!\$)\$\{(\w+)\}/g, (_, name) =>
    name.endsWith("arn") ? `arn:aws:lambda:us-east-1:111122223333:function:${name}` : name.replaceAll("_", "-"),
  );
}

/** What the linters find in one state machine: [{linter, place, message}]. */
export async function lint(text) {
  const definition = rendered(text);
  return [...(await languageService(definition)), ...validator(definition)];
}

async function languageService(definition) {
  const document = asl.TextDocument.create("file://definition.asl.json", "json", 1, definition);
  const service = asl.getLanguageService({});
  const diagnostics = await service.doValidation(document, service.parseJSONDocument(document));
  return diagnostics.map((d) => ({
    linter: "amazon-states-language-service",
    place: `line ${d.range.start.line + 1}`,
    message: d.message,
  }));
}

function validator(definition) {
  let parsed;
  try {
    parsed = JSON.parse(definition);
  } catch (e) {
    return [{ linter: "asl-validator", place: "/", message: e.message }];
  }
  return validate(parsed, { checkPaths: true, checkArn: true }).errors.map((e) => ({
    linter: "asl-validator",
    place: e.schemaError?.instancePath || e.path || "/",
    message: `${e["Error code"]}: ${e.Message}`,
  }));
}

async function main(files) {
  const machines = files.length > 0 ? files : machinesIn(dirname(here));
  if (machines.length === 0) {
    console.log(`nothing to check: no *.asl.json in ${relative(process.cwd(), dirname(here)) || "."}`);
    return 0;
  }
  let count = 0;
  for (const file of machines) {
    for (const { linter, place, message } of await lint(readFileSync(file, "utf8"))) {
      console.error(`${relative(process.cwd(), file)}: ${place}: ${message} (${linter})`);
      count++;
    }
  }
  console.log(`${machines.length} state machines, ${count} findings`);
  return count > 0 ? 1 : 0;
}

function machinesIn(directory) {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".asl.json"))
    .sort()
    .map((name) => join(directory, name));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
