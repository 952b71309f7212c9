// Compares every resource, argument and block of this root with the bindings that are generated from the provider's
// schema: version 2.11.0. Fetches them with npm; needs Node 18 or later. Says nothing of values.
//
//   node infra/snowflake/names.mjs

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BINDINGS = "@cdktf/provider-snowflake@15.9.1";
const OF_TERRAFORM = new Set(["for_each", "count", "depends_on", "lifecycle", "prevent_destroy"]);

const here = dirname(fileURLToPath(import.meta.url));
const room = mkdtempSync(join(tmpdir(), "sluice-names-"));
const problems = [];
let names = 0;
try {
  const archive = execFileSync("npm", ["pack", BINDINGS, "--silent"], { cwd: room, encoding: "utf8" }).trim();
  execFileSync("tar", ["-xzf", archive], { cwd: room });
  const known = (directory) => {
    const file = join(room, "package/lib", directory, "index.js");
    if (!existsSync(file)) return null;
    return new Set([...readFileSync(file, "utf8").matchAll(/^\s+([a-z][a-z0-9_]*): (?:cdktf\.|\{)/gm)].map((found) => found[1]));
  };
  for (const file of readdirSync(here).filter((name) => name.endsWith(".tf"))) {
    const text = readFileSync(join(here, file), "utf8");
    for (const [, type, name, body] of text.matchAll(/^resource "snowflake_(\w+)" "(\w+)" \{\n([\s\S]*?)^\}/gm)) {
      const arguments_ = known(type.replaceAll("_", "-"));
      names++;
      if (!arguments_) {
        problems.push(`${file}: the provider has no resource snowflake_${type}`);
        continue;
      }
      // What a for_each makes of maps is not the provider's.
      const own = body.replace(/^  for_each = [\s\S]*?^(?=  [a-z_]+ +=|\n)/gm, "");
      for (const [, argument] of own.matchAll(/^\s+([a-z_]+)\s*(?:=|\{)/gm)) {
        if (OF_TERRAFORM.has(argument)) continue;
        names++;
        if (!arguments_.has(argument)) problems.push(`${file}: snowflake_${type}.${name} has no argument ${argument}`);
      }
    }
  }
} finally {
  rmSync(room, { recursive: true, force: true });
}
problems.forEach((problem) => console.error(problem));
console.log(`${names} names, ${problems.length} unknown to ${BINDINGS}`);
process.exit(problems.length ? 1 : 0);
