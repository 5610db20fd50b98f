// Accounts for the bench of the console: a wrapper around the built Worker.
//
// `POST /__fill?project=…&from=…&to=…` copies the account `template`, with these numbers, and lets the alarm write the texts of the
// search. Twenty of them are rare in each way that a filter knows; of the others the shares stay the same whatever their number.
// `GET /__rows?project=…` returns how many rows were read and written since it was asked last,
// with the size of the database and two times.

import RealWorker, * as real from "./index.js";

export { RegistryObject } from "./index.js";

const DAY = 86_400_000;

export default class extends RealWorker {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.startsWith("/__")) return super.fetch(request);
    const { PROJECTS } = this.env;
    return PROJECTS.get(PROJECTS.idFromName(searchParams.get("project"))).fetch(request);
  }
}

const UUID = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

/** The columns that differ in each copy. `i` is its number; those below 20 are rare. */
const own = (now) => ({
  id: UUID,
  name: "'account-' || i",
  app: "CASE WHEN i < 20 THEN 'gitlab' WHEN i % 10 = 0 THEN 'launchdarkly' ELSE app END",
  blob: "substr(hex(randomblob(11)), 1, 22)",
  sealed: "NULL",
  sealed_until: "NULL",
  end_user: "json_object('id', 'user-' || (i / 5), 'name', 'Person ' || (i * 7919 % 100003))",
  organization: "CASE i % 3 WHEN 0 THEN NULL ELSE json_object('id', 'org-' || (i % 5000), 'name', 'Customer ' || (i % 5000)) END",
  report: "json_set(report, '$.key', json_object('name', CASE WHEN i < 20 THEN 'Needle' ELSE 'Token ' || (i % 1000) END), '$.identity.kind', CASE WHEN i < 20 THEN 'agent' ELSE 'person' END)",
  health: "CASE WHEN i < 20 THEN 'blocked' WHEN i % 20 = 0 THEN 'expiring' ELSE 'healthy' END",
  health_record: `json_set(health_record, '$.checked', ${now} - i % 1440 * 60000, '$.healthy', ${now} - i % 10 * ${DAY / 2},
    '$.otherOwner', json(CASE WHEN i < 20 AND i % 2 THEN 'true' ELSE 'false' END),
    '$.end', CASE WHEN i < 20 THEN json_object('at', ${now + DAY}, 'from', 0, 'warnDays', 1, 'fix', 'Make another key.')
      WHEN i % 2 THEN NULL ELSE json_object('at', ${now} + (30 + i % 300) * ${DAY}, 'from', 0, 'warnDays', 1, 'fix', 'Make another key.') END)`,
  suspended: "CASE WHEN i < 20 THEN json_object('since', 1, 'reason', NULL) END",
  turns: "NULL",
  check_at: "9007199254740991",
  created: "created - i * 1000",
  updated: "updated - i * 1000",
});

let rows = { read: 0, written: 0 };
let last;

function count(cursor) {
  if (cursor) {
    rows.read += cursor.rowsRead;
    rows.written += cursor.rowsWritten;
  }
}

export class ProjectObject extends real.ProjectObject {
  constructor(ctx, env) {
    const prototype = Object.getPrototypeOf(ctx.storage.sql);
    const { exec } = prototype;
    if (!exec.counts) {
      prototype.exec = function (...values) {
        // A cursor knows its rows when it was read to its end, so each is counted when the next one begins.
        count(last);
        return (last = exec.apply(this, values));
      };
      prototype.exec.counts = true;
    }
    super(ctx, env);
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const { sql } = this.ctx.storage;
    if (pathname === "/__fill") {
      const columns = sql.exec("SELECT * FROM connections LIMIT 1").columnNames;
      const different = own(Date.now());
      const values = columns.map((column) => different[column] ?? column);
      sql.exec(
        `WITH RECURSIVE numbers (i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2),
           template AS MATERIALIZED (SELECT * FROM connections WHERE name = 'template')
         INSERT INTO connections (${columns.join(", ")}) SELECT ${values.join(", ")} FROM numbers, template`,
        Number(searchParams.get("from")),
        Number(searchParams.get("to")) - 1,
      );
      while (sql.exec("SELECT count(*) AS empty FROM accounts WHERE text IS NULL").one().empty > 0) await this.alarm();
      return Response.json(sql.exec("SELECT count(*) AS connections FROM connections").one());
    }
    if (pathname === "/__rows") {
      count(last);
      last = undefined;
      const now = rows;
      rows = { read: 0, written: 0 };
      const inDays = (days) => new Date(Date.now() + days * DAY).toISOString();
      return Response.json({ ...now, bytes: sql.databaseSize, soon: inDays(2), later: inDays(200) });
    }
    return super.fetch(request);
  }
}
