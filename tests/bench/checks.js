// Checks for the bench: a wrapper around the built Worker, which makes accounts due and counts what checking them costs.
//
// `POST /__copy?project=…&count=…` copies the project's one account until it has so many. The copies have an interval of their own, and
// are not due. `POST /__due?project=…` makes every other account due, and rings the alarm. `GET /__costs?project=…` returns the rows that
// were read and written since, the operations of the store, and how many accounts wait. An operation is one transaction.

import RealWorker, * as real from "./index.js";

export { RegistryObject } from "./index.js";

const INTERVAL_MS = 86_400_000;

export default class extends RealWorker {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.startsWith("/__")) return super.fetch(request);
    const { PROJECTS } = this.env;
    return PROJECTS.get(PROJECTS.idFromName(searchParams.get("project"))).fetch(request);
  }
}

const UUID = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

/** The columns that differ in each copy. Its turn comes in some hours: 65536 slots are a day. */
const own = () => ({ id: UUID, name: "'copy-' || i", blob: "substr(hex(randomblob(11)), 1, 22)", sealed: "NULL", sealed_until: "NULL", cap: "777777", slot: `(${Math.floor((Date.now() % INTERVAL_MS) / (INTERVAL_MS / 65536)) + 20000} + i % 40000) % 65536`, check_at: "NULL", created: "created - i * 1000" });

/** The costs since the accounts were made due. */
let costs = { read: 0, written: 0, operations: 0, since: 0 };
let last;

function count(cursor) {
  if (cursor) {
    costs.read += cursor.rowsRead;
    costs.written += cursor.rowsWritten;
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
      const storage = Object.getPrototypeOf(ctx.storage);
      const { transactionSync } = storage;
      storage.transactionSync = function (...values) {
        costs.operations += 1;
        return transactionSync.apply(this, values);
      };
    }
    super(ctx, env);
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const { sql } = this.ctx.storage;
    if (pathname === "/__copy") {
      const columns = sql.exec("SELECT * FROM connections LIMIT 1").columnNames;
      const different = own();
      const values = columns.map((column) => different[column] ?? column);
      sql.exec(
        `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?),
           template AS MATERIALIZED (SELECT * FROM connections LIMIT 1)
         INSERT INTO connections (${columns.join(", ")}) SELECT ${values.join(", ")} FROM numbers, template`,
        Number(searchParams.get("count")),
      );
      sql.exec("INSERT OR REPLACE INTO check_walks (mode, cap, at) VALUES ('live', 777777, ?)", Date.now());
      return Response.json(sql.exec("SELECT count(*) AS connections FROM connections").one());
    }
    if (pathname === "/__due") {
      sql.exec("UPDATE check_walks SET at = ? WHERE cap <> 777777", Date.now() - INTERVAL_MS);
      costs = { read: 0, written: 0, operations: 0, since: Date.now() };
      last = undefined;
      await this.ctx.storage.setAlarm(Date.now());
      return Response.json({});
    }
    if (pathname === "/__costs") {
      const now = { ...costs };
      // Along an index, so that waiting costs little.
      const wait = "SELECT count(*) AS waiting FROM connections INDEXED BY connections_slot WHERE mode = 'live' AND cap < 777777 AND check_at IS NULL AND json_extract(health_record, '$.checked') < ?";
      const { waiting } = sql.exec(wait, now.since).one();
      last = undefined;
      costs = now;
      return Response.json({ ...now, waiting });
    }
    return super.fetch(request);
  }
}
