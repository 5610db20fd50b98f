// The SQLite of a Durable Object. The values of a statement are one JSON text, and so are its rows. So a statement crosses
// from Rust into JavaScript once, and its result crosses back once. It refuses to know a statement.

/**
 * Runs one statement and returns its rows as JSON, each an array of values.
 * @param {SqlStorage} sql
 * @param {string} statement
 * @param {string} values
 */
export const exec = (sql, statement, values) => JSON.stringify(sql.exec(statement, ...JSON.parse(values)).raw().toArray());

/**
 * The size of the database, in bytes.
 * @param {SqlStorage} sql
 */
export const size = (sql) => sql.databaseSize;

/**
 * Runs `work` in a transaction. If `work` returns `false`, nothing that it wrote is kept.
 * @param {DurableObjectStorage} storage
 * @param {() => boolean} work
 */
export function transaction(storage, work) {
  storage.transactionSync(() => {
    if (!work()) throw new Error("rolled back");
  });
}
