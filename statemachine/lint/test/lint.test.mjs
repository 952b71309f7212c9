import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { lint, rendered } from "../lint.mjs";

const sample = fileURLToPath(new URL("legal.asl.json", import.meta.url));
const script = fileURLToPath(new URL("../lint.mjs", import.meta.url));

/** The legal sample after a change, as text. */
function broken(change) {
  const machine = JSON.parse(readFileSync(sample, "utf8"));
  change(machine);
  return JSON.stringify(machine, null, 2);
}

const linters = (findings) => [...new Set(findings.map((f) => f.linter))].sort();

test("JSONata with a distributed map, a choice and a function call is legal", async () => {
  assert.deepEqual(await lint(readFileSync(sample, "utf8")), []);
});

test("a state that does not exist is found by both", async () => {
  const findings = await lint(broken((m) => (m.States.Plan.Next = "Nowhere")));
  assert.deepEqual(linters(findings), ["amazon-states-language-service", "asl-validator"]);
});

test("a retrier without errors is found by the language service only", async () => {
  const findings = await lint(broken((m) => (m.States.Plan.Retry[0].ErrorEquals = [])));
  assert.deepEqual(linters(findings), ["amazon-states-language-service"]);
  assert.match(findings[0].place, /^line \d+$/);
});

test("a JSONPath field in a JSONata state is found by the validator only", async () => {
  const findings = await lint(broken((m) => (m.States.Plan.InputPath = "$.tables")));
  assert.deepEqual(linters(findings), ["asl-validator"]);
  assert.equal(findings[0].place, "/States/Plan");
});

test("JSONata that does not parse is found by the validator only", async () => {
  const findings = await lint(broken((m) => (m.States.Plan.Output = "{% $states. %}")));
  assert.deepEqual(linters(findings), ["asl-validator"]);
});

test("what is not JSON is found by both", async () => {
  assert.deepEqual(linters(await lint("{")), ["amazon-states-language-service", "asl-validator"]);
});

test("names of the template become legal values, escapes stay", () => {
  assert.equal(rendered("${lake_bucket}"), "lake-bucket");
  assert.equal(rendered("${plan_arn}"), "arn:aws:lambda:us-east-1:111122223333:function:plan_arn");
  assert.equal(rendered("$${literal} {% $x %}"), "$${literal} {% $x %}");
});

test("the command names the file and ends with 1 only if there are findings", () => {
  const directory = mkdtempSync(join(tmpdir(), "lint-"));
  try {
    const file = join(directory, "broken.asl.json");
    writeFileSync(file, broken((m) => (m.StartAt = "Nowhere")));
    const bad = spawnSync(process.execPath, [script, sample, file], { encoding: "utf8" });
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, /broken\.asl\.json: line \d+: .*StartAt/);
    assert.doesNotMatch(bad.stderr, /legal\.asl\.json/);
    assert.equal(spawnSync(process.execPath, [script, sample]).status, 0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
