//! Whatever is typed or pasted, into every field of every provider there is: nothing panics, and nothing is read that the
//! field's rule does not allow. The same cases on every run.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod invariants;

use invariants::{check, fields, offered_twice};
use latchkey_shared::field::{Field, shape};
use latchkey_shared::provider::Values;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What people and attackers put around and between.
#[rustfmt::skip]
const FRAGMENTS: &[&str] = &[
    "https://", "HTTP://", "://", "//", "ftp:", "@", ":", ":443", ":80", ":8443", ".", "..", "。", "-", "_", "acme",
    "ACME", "your-org", "xn--", "ü", "о", "ß", "İ", "127.0.0.1", "2130706433", "0x7f.1", "[::1]", "::ffff:1", "localhost",
    "local", "com", ".com", "acme.example.org", "keys.acme-corp.com", " ", "\n", "\t", "\u{a0}", "\u{200b}", "\u{ad}",
    "\u{feff}", "\u{0}", "\"", "'", "“", "”", "<", ">", "{", "}", "(", ")", "?", "#", "/", "\\", "%2e", "=", ";",
    "Authorization: ", "x-api-key:", "Bearer ", "https:/", "htps://", "ssh://git@", "git@", ".git", "](", "org_name", "base_url", ",", "|", "*",
    "#", "：", "／", "．", "ａ", "–", "‑", "www.", "your-", "token", "xxxxxxxx", "••••", "...", "$", "%2F", "accountIdentifier=",
];

/// Those, and the words of the field's own rule.
fn fragments(field: &Field) -> Vec<String> {
    let rule = &field.parse;
    let alike = rule.mistaken_for.iter().map(|alike| &alike.shape);
    let shapes = rule.shapes.iter().chain(&rule.within).chain(alike);
    let filled = shapes.flat_map(|shape| [shape::fill(shape, ""), shape::beginning(shape).to_owned()]);
    let words = [&rule.suffixes, &rule.hosts, &rule.reserved, &rule.schemes].into_iter().flatten().cloned();
    let below = rule.suffixes.iter().map(|suffix| format!("acme.{suffix}"));
    let single = [&rule.admin_suffix, &rule.default, &rule.after, &field.placeholder];
    let regions = rule.regions.iter().flat_map(|region| {
        let console = region.from.iter().map(|from| from.replace('*', "acme"));
        console.chain([region.label.clone(), region.host.clone()])
    });
    let common = FRAGMENTS.iter().map(|&text| text.to_owned());
    common
        .chain(regions)
        .chain(filled)
        .chain(words)
        .chain(below)
        .chain(single.into_iter().flatten().cloned())
        .collect()
}

/// Any text at all, and texts of fragments, most of which come near to something.
fn texts(field: &Field) -> BoxedStrategy<String> {
    let fragment = select(fragments(field));
    prop_oneof![
        1 => any::<String>(),
        4 => vec(fragment.clone(), 0..8).prop_map(|parts| parts.concat()),
        1 => vec(prop_oneof![fragment, any::<String>()], 0..6).prop_map(|parts| parts.concat()),
    ]
    .boxed()
}

/// Tries the same cases every time, and writes no file.
fn for_each<T: std::fmt::Debug>(name: &str, cases: u32, of: impl Strategy<Value = T>, check: impl Fn(T)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let checked = |case| {
        check(case);
        Ok(())
    };
    runner.run(&of, checked).unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn whatever_is_typed_is_read_within_the_rule_or_refused() {
    for field in fields() {
        for_each(&field.id, 2000, texts(&field), |text| check(&field, &text));
    }
}

#[test]
fn whatever_is_typed_into_all_fields_they_settle() {
    for provider in latchkey_catalogue::all() {
        for offered in offered_twice(provider) {
            let ids: Vec<_> = provider.fields.iter().map(|field| field.id.clone()).collect();
            let text = Union::new(offered.fields().iter().map(texts));
            for_each(&provider.id, 1000, btree_map(select(ids), text, 0..4), |typed: Values| {
                let read = |(id, text): (&String, &String)| {
                    Some((id.clone(), offered.field(id)?.parse(text).ok()?.value))
                };
                let mut values: Values = typed.iter().filter_map(read).collect();
                let errors = offered.fill_from_other_fields(&typed, &mut values);
                for (id, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
                    let read = offered.field(id).unwrap().parse(value).map(|parsed| parsed.value);
                    assert_eq!(read.as_ref(), Ok(value), "{id}");
                }
                assert!(errors.iter().all(|error| !error.fix.is_empty()));
            });
        }
    }
}
