// Checks an export of the audit log: node check-audit-log.mjs FILE [PUBLIC_KEY]
// It needs nothing but Node. Without PUBLIC_KEY it uses the one in the file, which proves less: keep it elsewhere.
import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const [file, key] = process.argv.slice(2);
const ZEROS = "0".repeat(64);
const faults = [];
let begin, last, head, count = 0;

const isSigned = ({ seq, hash, at, signature }) => {
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key ?? begin.publicKey }, format: "jwk" });
  const message = `latchkey audit-log v1\n${begin.project}\n${seq}\n${hash}\n${at}\n`;
  return verify(null, Buffer.from(message), publicKey, Buffer.from(signature, "base64url"));
};
// RFC 8785, for an object whose members are texts, whole numbers and null.
const canonical = (record) => JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));

for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
  const { hash, ...record } = JSON.parse(line);
  if (record.export) {
    begin = record.export;
    last = begin.start ?? undefined;
    for (const point of begin.checkpoints) if (!isSigned(point)) faults.push(`The checkpoint at ${point.seq} is not signed.`);
    if (last && !isSigned(last)) faults.push("The start is not signed.");
  } else if (record.head) {
    head = record.head;
    if (!isSigned(head)) faults.push("The head is not signed.");
    if (!begin.filtered && head.hash !== (last?.hash ?? ZEROS)) faults.push(`The head is not record ${last?.seq}.`);
  } else {
    const { seq, prev, withheld } = record;
    const unchained = hash === ZEROS && (last?.hash ?? ZEROS) === ZEROS;
    const gap = unchained || (begin.filtered && seq > (last?.seq ?? 0) + 1);
    if (!unchained && !withheld && createHash("sha256").update(canonical(record)).digest("hex") !== hash) faults.push(`Record ${seq} was changed.`);
    if (!gap && seq !== (last?.seq ?? 0) + 1) faults.push(`Record ${seq} follows ${last?.seq ?? 0}: removed, inserted or reordered.`);
    else if (!gap && prev !== (last?.hash ?? ZEROS)) faults.push(`Record ${seq} does not follow the one before.`);
    const point = begin.checkpoints.find((point) => point.seq === seq);
    if (point && point.hash !== hash) faults.push(`Record ${seq} is not the one that was signed.`);
    last = { seq, hash };
    count += 1;
  }
}
if (!head) faults.push("The signed head is missing.");
console.log(faults.slice(0, 20).join("\n") || `${count} records are whole, up to ${head.seq} with the hash ${head.hash}.`);
process.exitCode = faults.length ? 1 : 0;
