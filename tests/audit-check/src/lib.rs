//! Checks an export of the audit log offline: `cargo xtask audit check`.
//!
//! It owns what makes an export honest, as `edge/docs/audit-log.md` says it, and shares no code with what wrote the log. It reads a line
//! at a time, so an export may be of any length. It refuses to trust a key that is in the export, unless nothing else is known.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::BufRead;

/// What stands in the place of a hash before the first record of a chain.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The most faults that are listed.
const FAULTS_MAX: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The project.
    pub project: String,
    /// How many records were checked.
    pub records: u64,
    /// How many are of the other mode, of which there is the hash alone.
    pub withheld: u64,
    /// How many were written before there was a chain. Nothing proves them.
    pub unchained: u64,
    /// Whether the export was filtered. Then nothing is known of what it leaves out.
    pub filtered: bool,
    /// How many signatures are right.
    pub signatures: u64,
    /// The number and the hash of the last record, if the export has its signed head.
    pub head: Option<(i64, String)>,
    /// The public key of the signatures.
    pub key: String,
    /// What is wrong, in sentences. At most twenty.
    pub faults: Vec<String>,
}

/// A number and a hash that somebody signed, or that was kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The number of a record.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

/// Checks an export as lines of JSON. `key` is the deployment's public key in base64url, from elsewhere; without it the one in the
/// export is used. `known` are heads that were kept elsewhere.
///
/// # Errors
/// When the export cannot be read.
pub fn check(export: impl BufRead, key: Option<&str>, known: &[Point]) -> std::io::Result<Verdict> {
    let mut check = Check {
        verdict: Verdict { key: key.unwrap_or_default().to_owned(), ..Verdict::default() },
        known: known.iter().map(|point| (point.seq, point.hash.clone())).collect(),
        last: None,
        chained: false,
        began: false,
        start: 0,
    };
    for (at, line) in export.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            check.line(at + 1, &line);
        }
    }
    Ok(check.end())
}

struct Check {
    verdict: Verdict,
    /// The hashes that records must have, by their numbers.
    known: BTreeMap<i64, String>,
    /// The record before.
    last: Option<Point>,
    /// Whether a record of the chain was seen.
    chained: bool,
    /// Whether the first line was seen.
    began: bool,
    /// The record that the first one follows.
    start: i64,
}

impl Check {
    fn fault(&mut self, fault: String) {
        if self.verdict.faults.len() < FAULTS_MAX {
            self.verdict.faults.push(fault);
        }
    }

    fn line(&mut self, number: usize, line: &str) {
        let Ok(Value::Object(mut members)) = serde_json::from_str(line) else {
            return self.fault(format!("Line {number} is no JSON object."));
        };
        if self.verdict.head.is_some() {
            self.fault(format!("Line {number} is behind the head, which must be the last line."));
        }
        match (members.remove("export"), members.remove("head")) {
            (Some(export), _) => self.begin(number, &export),
            (_, Some(head)) => self.head(&head),
            _ => self.record(number, members.into_iter().collect()),
        }
    }

    /// The first line.
    fn begin(&mut self, number: usize, export: &Value) {
        if self.began || self.last.is_some() {
            self.fault(format!("Line {number} begins another export."));
        }
        self.began = true;
        self.verdict.project = text(&export["project"]);
        self.verdict.filtered = export["filtered"] != Value::Bool(false);
        if self.verdict.key.is_empty() {
            self.verdict.key = text(&export["publicKey"]);
        }
        let start = [&export["start"]].into_iter().filter(|start| !start.is_null());
        let checkpoints = export["checkpoints"].as_array().cloned().unwrap_or_default();
        for checkpoint in start.chain(&checkpoints) {
            if let Some(point) = self.signed("checkpoint", checkpoint) {
                self.must_have(point);
            }
        }
        if !export["start"].is_null() {
            let point = point(&export["start"]);
            self.start = point.seq;
            self.last = Some(point);
        }
    }

    fn must_have(&mut self, Point { seq, hash }: Point) {
        if let Some(before) = self.known.insert(seq, hash.clone())
            && before != hash
        {
            self.fault(format!("Record {seq} has two hashes: {before} and {hash}."));
        }
    }

    /// A number and a hash, if their signature is right.
    fn signed(&mut self, what: &str, signed: &Value) -> Option<Point> {
        let Point { seq, hash } = point(signed);
        let message = format!(
            "latchkey audit-log v1\n{}\n{seq}\n{hash}\n{}\n",
            self.verdict.project,
            text(&signed["at"])
        );
        let key: Option<[u8; 32]> = decode(&self.verdict.key);
        let signature: Option<[u8; 64]> = decode(&text(&signed["signature"]));
        let right = key.and_then(|key| VerifyingKey::from_bytes(&key).ok()).zip(signature).is_some_and(
            |(key, signature)| {
                key.verify_strict(message.as_bytes(), &Signature::from_bytes(&signature)).is_ok()
            },
        );
        if right {
            self.verdict.signatures += 1;
            return Some(Point { seq, hash });
        }
        self.fault(format!("The signature of the {what} at record {seq} is wrong."));
        None
    }

    /// The last line.
    fn head(&mut self, head: &Value) {
        let Some(Point { seq, hash }) = self.signed("head", head) else { return };
        let last = self.last.clone().unwrap_or(Point { seq: 0, hash: NO_HASH.to_owned() });
        if !self.verdict.filtered && (last.seq, last.hash.as_str()) != (seq, hash.as_str()) {
            self.fault(format!(
                "The head is record {seq}, and the last record here is {}: records at the end were removed, added or changed.",
                last.seq
            ));
        }
        self.verdict.head = Some((seq, hash));
    }

    fn record(&mut self, number: usize, mut members: BTreeMap<String, Value>) {
        let hash = members.remove("hash").map(|hash| text(&hash)).unwrap_or_default();
        let prev = members.get("prev").map(text).unwrap_or_default();
        let Some(seq) = members.get("seq").and_then(Value::as_i64) else {
            return self.fault(format!("Line {number} has no number of a record."));
        };
        if !self.began {
            self.began = true;
            self.verdict.filtered = true;
            self.fault("The first line of the export is missing.".to_owned());
        }
        if hash == NO_HASH && prev == NO_HASH && !self.chained {
            // From before the chain. Numbers have gaps there.
            if self.last.as_ref().is_some_and(|last| last.seq >= seq) {
                self.fault(format!("Record {seq} is out of order."));
            }
            self.verdict.unchained += 1;
            self.last = Some(Point { seq, hash });
            return;
        }
        if members.contains_key("withheld") {
            self.verdict.withheld += 1;
        } else {
            if members.get("project").map(text).as_deref() != Some(&self.verdict.project) {
                self.fault(format!("Record {seq} is of another project."));
            }
            // RFC 8785: the members in order, without space. A map is in order, and texts are written in this form.
            let canonical = serde_json::to_string(&members).unwrap_or_default();
            if base16ct::lower::encode_string(&Sha256::digest(canonical)) != hash {
                self.fault(format!("Record {seq} was changed: its hash is not that of its content."));
            }
        }
        if let Some(known) = self.known.remove(&seq)
            && known != hash
        {
            self.fault(format!("Record {seq} is not the one that was signed: it was replaced."));
        }
        self.follows(seq, &prev);
        self.chained = true;
        self.verdict.records += 1;
        self.last = Some(Point { seq, hash });
    }

    /// Checks that a record follows the one before.
    fn follows(&mut self, seq: i64, prev: &str) {
        let Some(last) = &self.last else {
            if !self.verdict.filtered && (seq != 1 || prev != NO_HASH) {
                self.fault(format!(
                    "Record {seq} is the first, and no checkpoint is before it: records were removed."
                ));
            }
            return;
        };
        let (before, linked) = (last.seq, last.hash == prev);
        if seq == before {
            self.fault(format!("Record {seq} is there twice: one was inserted."));
        } else if seq < before {
            self.fault(format!(
                "Record {seq} comes after record {before}: they were reordered, or one was inserted."
            ));
        } else if self.verdict.filtered && seq > before + 1 {
            // What is between them was not asked for.
        } else if seq > before + 1 {
            let missing = match seq - before {
                2 => format!("Record {} is", before + 1),
                _ => format!("Records {} to {} are", before + 1, seq - 1),
            };
            self.fault(format!("{missing} missing: removed."));
        } else if !linked {
            self.fault(format!(
                "Record {seq} does not follow record {before}: a record was removed, inserted, replaced or reordered here."
            ));
        }
    }

    fn end(mut self) -> Verdict {
        if self.verdict.head.is_none() {
            self.fault(
                "The signed head is missing: the export is not whole, or its end was removed.".to_owned(),
            );
        }
        let last = self.last.as_ref().map_or(0, |last| last.seq);
        let missing = self.known.iter().find(|(seq, _)| {
            (self.verdict.filtered && **seq > last) || (!self.verdict.filtered && **seq > self.start)
        });
        if let (Some((seq, _)), false) = (missing, self.verdict.filtered) {
            let seq = *seq;
            self.fault(format!("Record {seq} was signed, and is not here: it was removed."));
        }
        self.verdict
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn point(signed: &Value) -> Point {
    Point { seq: signed["seq"].as_i64().unwrap_or_default(), hash: text(&signed["hash"]) }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// A head that was kept elsewhere, as `GET audit-log/head` answered it.
///
/// # Errors
/// When the text is none.
pub fn kept_head(text: &str) -> Result<Point, String> {
    let head: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let head = point(&head);
    if head.hash.len() == 64 { Ok(head) } else { Err("it has no seq and hash".to_owned()) }
}

/// An honest export of as many records, signed with the key of a seed. For measurements.
#[must_use]
pub fn sample(records: i64, seed: &[u8; 32]) -> String {
    use ed25519_dalek::Signer;
    use std::fmt::Write;
    let key = ed25519_dalek::SigningKey::from_bytes(seed);
    let public = URL_SAFE_NO_PAD.encode(key.verifying_key().to_bytes());
    let (project, at) = ("6a1c3d5e-7f80-4912-a3b4-c5d6e7f80912", "2026-11-22T12:00:00.000Z");
    let mut export = format!(
        r#"{{"export":{{"version":1,"project":"{project}","at":"{at}","filtered":false,"publicKey":"{public}","start":null,"checkpoints":[]}}}}"#
    );
    let mut prev = NO_HASH.to_owned();
    for seq in 1..=records {
        let canonical = format!(
            r#"{{"action":"credential.read","actor":"5Xk2mQ0fV9sYb7Tn3Hc1Ld","actorType":"api-key","at":"{at}","changes":null,"detail":"","endUserId":null,"from":"hash:0123456789abcdef0123456789abcdef","mode":"live","outcome":"done","prev":"{prev}","project":"{project}","requestId":"req_5Xk2mQ0fV9sYb7Tn3Hc1Ld","seq":{seq},"subject":"{project}","version":1}}"#
        );
        prev = base16ct::lower::encode_string(&Sha256::digest(&canonical));
        let members = canonical.strip_prefix('{').unwrap_or_default();
        _ = write!(export, "\n{{\"hash\":\"{prev}\",{members}");
    }
    let message = format!("latchkey audit-log v1\n{project}\n{records}\n{prev}\n{at}\n");
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).to_bytes());
    _ = writeln!(
        export,
        "\n{{\"head\":{{\"seq\":{records},\"hash\":\"{prev}\",\"at\":\"{at}\",\"signature\":\"{signature}\"}}}}"
    );
    export
}
