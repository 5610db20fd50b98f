//! Findings: response headers, texts that hold a list, and times as providers write them.

use super::*;

const ME: &str = "GET https://acme.example.com/me";

/// The report of an answer, for a probe that extracts this.
fn report(extract: &str, headers: &[(&str, &str)], body: &str) -> latchkey_shared::report::Report {
    let owner = "\"identity.id\" = \"id\"";
    let provider = made(&format!(
        "secretHeaders = {{ Authorization = \"{{apiKey}}\" }}\nexpiry = {{ field = \"apiKey\", warnDays = 0, fix = \"Create a new key.\" }}\n{}",
        probe(&format!("extract = {{ {owner}, {extract} }}"))
    ));
    let fake = FakeProvider::default();
    fake.answer_with(ME, 200, headers, body);
    accepted(&ending(&fake, provider)).report().clone()
}

#[test]
fn a_text_that_holds_a_list_is_split() {
    for (extract, headers, body, roles) in [
        (
            r#"roles = { path = "scope", split = " " }"#,
            vec![],
            r#"{"id":"u1","scope":"read  write"}"#,
            vec!["read", "write"],
        ),
        (
            r#"roles = { path = "scope", split = "," }"#,
            vec![],
            r#"{"id":"u1","scope":"read:a , write,"}"#,
            vec!["read:a", "write"],
        ),
        (
            r#"roles = { header = "x-oauth-scopes", split = "," }"#,
            vec![("x-oauth-scopes", "repo, read:org"), ("set-cookie", "a=b")],
            r#"{"id":"u1"}"#,
            vec!["repo", "read:org"],
        ),
        (
            r#"roles = { header = "x-oauth-scopes", split = "," }"#,
            vec![("x-oauth-scopes", "")],
            r#"{"id":"u1"}"#,
            vec![],
        ),
        (r#"roles = { header = "x-oauth-scopes" }"#, vec![], r#"{"id":"u1"}"#, vec![]),
        (
            r#"roles = { path = "scope", split = " ", map = { r = "read", w = "write" } }"#,
            vec![],
            r#"{"id":"u1","scope":"w x r"}"#,
            vec!["write", "read"],
        ),
        (r#"roles = { path = "a|scope", split = " " }"#, vec![], r#"{"id":"u1","scope":"r"}"#, vec!["r"]),
    ] {
        assert_eq!(report(extract, &headers, body).roles, roles, "{extract}");
    }
}

#[test]
fn a_time_is_read_however_it_is_written_in_a_body_or_a_header() {
    const END: &str = "2027-07-23T04:07:42.000Z";
    for time in [
        "2027-07-23T04:07:42Z",
        "2027-07-23T06:07:42+02:00",
        "2027-07-23T06:07:42.000+0200",
        "2027-07-23 04:07:42 UTC",
        "2027-07-23 00:07:42 -0400",
        "1816315662",
        "1816315662000",
    ] {
        let body = format!(r#"{{"id":"u1","ends":"{time}"}}"#);
        let of_body = report(r#""key.expiresAt" = "ends""#, &[], &body);
        assert_eq!(of_body.key.unwrap().expires_at.as_deref(), Some(END), "{time}");
        let of_header =
            report(r#""key.expiresAt" = { header = "x-ends" }"#, &[("x-ends", time)], r#"{"id":"u1"}"#);
        assert_eq!(of_header.key.unwrap().expires_at.as_deref(), Some(END), "{time}");
    }
    // A time of no zone could be hours off: the report says so, and does not drop it.
    let unclear = report(r#""key.expiresAt" = "ends""#, &[], r#"{"id":"u1","ends":"2027-07-23T06:07:42"}"#);
    assert!(unclear.warns(latchkey_shared::ErrorCode::TimeUnreadable));
}

#[test]
fn a_header_that_shows_the_key_is_no_finding() {
    let found = report(
        r#"roles = { header = "x-scopes", split = "," }"#,
        &[("x-scopes", &format!("read,{KEY}"))],
        r#"{"id":"u1"}"#,
    );
    assert_eq!(found.roles, ["read"]);
}

#[test]
fn braces_of_a_query_stand_for_themselves() {
    let provider = made(
        "secretHeaders = { Authorization = \"{apiKey}\" }\n[[probes]]\nid = \"key\"\ntitle = \"Key\"\nrequest = \"POST {instanceUrl}/graphql\"\n\
         secret = true\nbody.json = { query = \"{ viewer(org: \\\"{orgId}\\\") { id } }\" }\nextract = { \"identity.id\" = \"data.viewer.id\" }\n",
    );
    let offered = offered(provider);
    let fake = FakeProvider::default();
    fake.answer("POST https://acme.example.com/graphql", 200, r#"{"data":{"viewer":{"id":"u1"}}}"#);
    let credential = credential(&offered, KEY, &[("orgId", "org1")]);
    assert_eq!(said(&verified(&fake, &offered, credential, false)), "accepted");
    assert_eq!(fake.seen()[0].body.as_deref(), Some(r#"{"query":"{ viewer(org: \"org1\") { id } }"}"#));
}
