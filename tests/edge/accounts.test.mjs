// The list of accounts on the real runtime: search, filters, orders, counts, and an export that is longer than a piece.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MAGIC_HOST, deploy, found, magicToken } from "../harness/deployment.mjs";

/** More than a piece of an export has. */
const ACCOUNTS = 520;
const HOSTILE = '=HYPERLINK("https://evil.example","click")';

let edge;
const tokens = [];
const answers = [];
before(async () => {
  edge = await deploy({ settings: { REQUESTS_PER_MINUTE: "100000" } });
  const people = [{ id: "p-1", name: "山田太郎" }, { id: "p-2", name: HOSTILE, email: "hostile@example.org" }];
  for (const person of people) {
    const session = await edge.session(edge.testKey, { endUser: person, organization: { id: "o-1", name: "Straße & Söhne" } });
    tokens.push(magicToken());
    const linked = await edge.attempt(session, "attempt-1", MAGIC_HOST, tokens.at(-1));
    assert.equal(linked.status, 200, linked.text);
  }
  let left = ACCOUNTS - people.length;
  const one = async () => {
    for (let at = left--; at > 0; at = left--) {
      const token = magicToken();
      if (at < 5) tokens.push(token);
      const body = { name: `made-${at}`, method: "api-token", credentials: { instanceUrl: `https://${MAGIC_HOST}`, apiToken: token } };
      const made = await edge.send("POST", "/api/v1/app-connections/okta", { token: edge.testKey, body });
      assert.equal(made.status, 201, made.text);
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
});
after(() => edge.stop());

const get = async (path, token = edge.testKey) => {
  const answer = await edge.send("GET", `/api/v1/app-connections${path}`, { token });
  answers.push(answer);
  return answer;
};
const names = async (query) => (await get(`?limit=100&${query}`)).body.appConnections.map(({ details }) => details.endUser?.name);

test("a search finds a part of a text in every script, and syntax is text", async () => {
  for (const text of ["山", "田太", "山田太郎"]) assert.deepEqual(await names(`q=${encodeURIComponent(text)}`), ["山田太郎"], text);
  for (const text of ["HYPERLINK(", '"click"', "hostile@"]) assert.deepEqual(await names(`q=${encodeURIComponent(text)}`), [HOSTILE], text);
  assert.equal((await names("q=STRA%C3%9FE")).length, 2);
  for (const text of ["zzzz", "made*", "NEAR(a b)", '" OR "a']) assert.deepEqual(await names(`q=${encodeURIComponent(text)}`), [], text);
  // made-51, and made-510 to made-518.
  assert.equal((await names("q=made-51")).length, 10);
  assert.equal((await names("q=m")).length, 100);
  const live = await get("?q=made", edge.liveKey);
  assert.deepEqual([live.status, live.body.appConnections], [200, []]);
});

test("each order pages through all accounts once, with those without a value at the end", async () => {
  for (const sort of ["createdAt", "name", "provider", "endUser", "organization", "health", "keyName", "lastUsedAt", "checkedAt", "expiresAt", "updatedAt"]) {
    for (const order of [sort, `-${sort}`]) {
      const seen = [];
      let cursor = "";
      do {
        const page = await get(`?limit=100&sort=${order}${cursor}`);
        assert.equal(page.status, 200, page.text);
        seen.push(...page.body.appConnections);
        cursor = page.body.nextCursor && `&cursor=${page.body.nextCursor}`;
      } while (cursor);
      assert.equal(new Set(seen.map(({ id }) => id)).size, ACCOUNTS, order);
      assert.equal(seen.length, ACCOUNTS, order);
      if (sort === "endUser") assert.deepEqual(seen.slice(0, 2).map(({ details }) => details.endUser?.name).sort(), [HOSTILE, "山田太郎"].sort(), order);
    }
  }
});

test("counts are those of the list", async () => {
  const { body } = await get("/counts");
  assert.deepEqual([body.total, body.provider, body.approximate], [ACCOUNTS, { okta: ACCOUNTS }, false]);
  const sum = (group) => Object.values(group).reduce((sum, count) => sum + count, 0);
  for (const group of ["health", "type", "freshness"]) assert.equal(sum(body[group]), ACCOUNTS, group);
  const few = (await get(`/counts?q=${encodeURIComponent("straße")}&freshness=green`)).body;
  assert.deepEqual([few.total, few.freshness.green, few.provider], [2, 2, { okta: 2 }]);
});

test("an export longer than a piece has every account once, and a hostile name is no formula", async () => {
  const answer = await get("/export?sort=-endUser");
  assert.equal(answer.headers.get("content-type"), "text/csv; charset=utf-8; header=present");
  assert.equal(answer.headers.get("latchkey-rest"), null);
  const lines = answer.text.split("\r\n");
  assert.equal(lines.length, ACCOUNTS + 2);
  assert.equal(new Set(lines.slice(1, -1).map((line) => line.split(",")[0])).size, ACCOUNTS);
  assert.ok(answer.text.includes(`"'${HOSTILE.replaceAll('"', '""')}"`), answer.text.slice(0, 2000));
  assert.ok(!/(^|,|\r\n)"?[=+@]/.test(answer.text.slice(answer.text.indexOf("\r\n"))));
});

test("an account that is deleted is not found, and its name can be found again", async () => {
  const [{ app, id }] = (await get("?q=made-7&name=made-7")).body.appConnections;
  assert.equal((await edge.send("DELETE", `/api/v1/app-connections/${app}/${id}`, { token: edge.testKey })).status, 200);
  assert.deepEqual((await get("?q=made-7&name=made-7")).body.appConnections, []);
  assert.equal((await get("/counts")).body.total, ACCOUNTS - 1);
});

test("no answer and no file of the index holds a secret", () => {
  for (const token of tokens) {
    for (const answer of answers) assert.deepEqual(found(token, answer.text), []);
    for (const { path, bytes } of edge.files()) assert.deepEqual(found(token, bytes), [], path);
  }
});
