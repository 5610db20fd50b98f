// Runs Schemathesis against the built Worker on workerd, in test mode, by the description of the API that the Worker serves.
//
// It owns the deployment for the run, and converts Schemathesis' report into the one that `cargo xtask` counts, with a test for each
// call of the API. It does not own the checks; `schemathesis.toml` does.
//
//   node run.mjs --program <schemathesis> (--examples <n> | --seconds <n>) --report <file.tap> [--filter <part of "POST /api/…">]

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { deploy } from "../harness/deployment.mjs";

const text = { type: "string" };
const { values } = parseArgs({ options: { program: text, examples: text, seconds: text, report: text, filter: text } });
const here = import.meta.dirname;

/** The names of the calls that the filter selects, such as `GET /api/v1/vault`. */
function chosen(document) {
  const names = Object.entries(document.paths).flatMap(([path, calls]) => Object.keys(calls).map((method) => `${method.toUpperCase()} ${path}`));
  return names.filter((name) => name.includes(values.filter ?? ""));
}

/** The calls of a JUnit report, each with its failures, and the failures outside of calls. */
function outcomes(junit) {
  const cases = [...junit.matchAll(/<testcase\b([^>]*?)(\/>|>([^]*?)<\/testcase>)/g)];
  return cases.map(([, attributes, , inside = ""]) => ({
    name: unescaped(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "a call without a name"),
    failed: /<(failure|error)\b/.test(inside),
    skipped: /<skipped\b/.test(inside),
  }));
}

const unescaped = (xml) => xml.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function run(edge, report, names) {
  const config = ["--config-file", join(here, "schemathesis.toml")];
  const budget = [...(values.examples ? ["--max-examples", values.examples] : ["--max-time", values.seconds]), "--seed", "1"];
  const filter = values.filter ? names.flatMap((name) => ["--include-name", name]) : [];
  const child = spawn(values.program, [...config, "run", `${edge.url}/openapi.json`, ...budget, ...filter, "--report", "junit", "--report-junit-path", report], {
    cwd: here,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: "1", LATCHKEY_URL: edge.url, LATCHKEY_ADMIN_TOKEN: edge.secrets.ADMIN_TOKEN },
  });
  return new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
}

const edge = await deploy();
const scratch = mkdtempSync(join(tmpdir(), "latchkey-schemathesis-"));
const report = join(scratch, "report.xml");
let tests;
try {
  const names = chosen((await edge.send("GET", "/openapi.json")).body);
  if (names.length === 0) {
    tests = [];
  } else {
    const code = await run(edge, report, names);
    tests = outcomes(readFileSync(report, "utf8")).filter(({ skipped }) => !skipped);
    // A skipped call counts as a failure, and so does a run that reports an error.
    const tried = new Set(tests.map(({ name }) => name));
    for (const name of names) if (!tried.has(name)) tests.push({ name: `${name} was not tried`, failed: true });
    if (code !== 0 && !tests.some(({ failed }) => failed)) tests.push({ name: `Schemathesis ended with ${code}`, failed: true });
  }
  const trapped = edge.logText().split("\n").filter((line) => /panicked|trapped/.test(line));
  if (trapped.length > 0) tests.push({ name: `the Worker trapped: ${trapped[0]}`, failed: true });
} finally {
  await edge.stop();
  rmSync(scratch, { recursive: true, force: true });
}

const failed = tests.filter((test) => test.failed);
const lines = failed.map(({ name }, at) => `not ok ${at + 1} - ${name.replaceAll("\n", " ")}\n  failureType: 'testCodeFailure'`);
writeFileSync(values.report, [...lines, `# pass ${tests.length - failed.length}`, `# fail ${failed.length}`, ""].join("\n"));
