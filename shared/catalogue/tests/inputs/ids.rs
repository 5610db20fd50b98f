//! Ids out of any text that carries them, and what a clone address carries.

use super::{ACCOUNT, GITLAB, PAT, field, reads, tells};
use latchkey_shared::ErrorCode;
use latchkey_shared::field::value_from_others;

#[test]
fn an_account_id_is_taken_out_of_addresses_and_texts() {
    let texts = [
        "https://app.harness.io/ng/account/{}/home/get-started",
        "https://app.harness.io/ng/#/account/{}/home",
        "https://app.harness.io/gateway/ng/api/accounts/{}",
        "https://app.harness.io/gateway/ng/api/accounts/{}?routingId={}",
        "/gateway/ng/api/accounts/{}",
        "https://app.harness.io/gateway/ng/api/projects?accountIdentifier={}&orgIdentifier=default",
        "accountIdentifier={}&orgIdentifier=default",
        "accountIdentifier={}",
        "?accountId={}&x=1",
        "accountId: {}",
        "account_id = \"{}\"",
        "HARNESS_ACCOUNT_ID={}",
        "export HARNESS_ACCOUNT_ID='{}'",
        "$env:HARNESS_ACCOUNT_ID = \"{}\"",
        "\"accountIdentifier\": \"{}\",",
        "{\"accountIdentifier\":\"{}\",\"orgIdentifier\":\"default\"}",
        "Account Identifier: {}",
        "My account is {}, thanks.",
        "https://app.harness.io/auth/#/signin?returnUrl=%2Fng%2Faccount%2F{}%2Fhome",
        "https://app.harness.io/ng/account/{}/settings/access-control/service-accounts/my-robot",
        "curl 'https://app.harness.io/ng/api/user/currentUser?accountIdentifier={}' -H 'x-api-key: x'",
        "({})",
        "{},",
        "<{}>",
        "harness login --account-id {}",
        "https://acme.harness.io/ng/account/{}/all/orgs/default/projects/p/pipelines?storeType=INLINE",
    ];
    let texts = texts.map(|text| text.replace("{}", ACCOUNT));
    reads("harness", "accountIdentifier", ACCOUNT, &texts.each_ref().map(String::as_str));
    reads(
        "harness",
        "accountIdentifier",
        ACCOUNT,
        &[PAT, &format!("x-api-key: {PAT}"), &format!("HARNESS_API_KEY=\"{PAT}\" # mine")],
    );
}

#[test]
fn an_id_of_an_unusual_shape_is_taken_from_behind_its_name() {
    for text in [
        "https://app.harness.io/ng/account/abc123DEF456/home",
        "accountIdentifier=abc123DEF456&orgIdentifier=x",
        "HARNESS_ACCOUNT_ID=abc123DEF456",
        "accountId: \"abc123DEF456\"",
        "abc123DEF456,",
    ] {
        assert_eq!(
            field("harness", "accountIdentifier").parse(text).unwrap().value,
            "abc123DEF456",
            "{text}"
        );
    }
}

#[test]
fn several_ids_are_told() {
    let other = "ZbCdEfGhIjKlMnOpQrStUv";
    let texts = [
        format!("accountId={ACCOUNT}&accountId={other}"),
        format!("{ACCOUNT} {other}"),
        format!("/account/{ACCOUNT}/ and /account/{other}/"),
    ];
    let message = "This holds more than one value that could be a Harness account identifier.";
    tells(
        "harness",
        "accountIdentifier",
        ErrorCode::IdMalformed,
        message,
        &texts.each_ref().map(String::as_str),
    );
}

#[test]
fn a_clone_address_gives_its_token_and_its_host() {
    let fields = &latchkey_catalogue::find("gitlab").unwrap().fields;
    for text in [
        "https://oauth2:{}@gitlab.com/acme/app.git",
        "https://oauth2:{}@gitlab.com/acme/app",
        "https://ada:{}@gitlab.com/acme/app.git",
        "https://gitlab-ci-token:{}@gitlab.com/acme/app.git",
        "https://{}@gitlab.com/acme/app.git",
        "https://{}:x-oauth-basic@gitlab.com/acme/app.git",
        "git clone https://oauth2:{}@gitlab.com/acme/app.git",
        "git remote set-url origin https://oauth2:{}@gitlab.com/acme/app.git",
        "url = https://oauth2:{}@gitlab.com/acme/app.git",
        "git+https://oauth2:{}@gitlab.com/acme/app.git@main#egg=app",
        "origin\thttps://oauth2:{}@gitlab.com/acme/app.git (fetch)",
        "https://oauth2:{}@gitlab.com:443/acme/app.git",
        "<https://oauth2:{}@gitlab.com/acme/app.git>",
        "\"https://oauth2:{}@gitlab.com/acme/app.git\",",
        "machine: https://oauth2:{}@gitlab.com",
    ] {
        let text = text.replace("{}", GITLAB);
        reads("gitlab", "accessToken", GITLAB, &[&text]);
        let host = value_from_others(fields, &[&text, ""], 1).map(|(_, host)| host);
        assert_eq!(host.as_deref(), Some("https://gitlab.com"), "{text}");
        let told = field("gitlab", "instanceUrl").parse(&text).unwrap();
        assert_eq!(told.value, "https://gitlab.com", "{text}");
        assert!(!told.changes.iter().any(|change| change.to_string().contains("glpat")), "{text}");
    }
}

#[test]
fn a_remote_gives_its_host() {
    reads(
        "gitlab",
        "instanceUrl",
        "https://gitlab.com",
        &[
            "git@gitlab.com:acme/app.git",
            "git@gitlab.com:app.git",
            "git@gitlab.com:acme/group/app",
            "ssh://git@gitlab.com/acme/app.git",
            "ssh://git@gitlab.com:22/acme/app.git",
            "ssh://git@gitlab.com:2222/acme/app",
            "git+ssh://git@gitlab.com/acme/app.git",
            "git clone git@gitlab.com:acme/app.git",
            "origin\tgit@gitlab.com:acme/app.git (fetch)",
            "url = git@gitlab.com:acme/app.git",
            "deploy@gitlab.com:acme.git",
            "https://gitlab.com/acme/app.git",
            "git://gitlab.com/acme/app.git",
            "https://ada@gitlab.com/acme/app.git",
            "(git@gitlab.com:acme/app.git)",
            "https://gitlab.com/acme/app/-/settings/access_tokens",
            "\"git@gitlab.com:acme/app.git\"",
        ],
    );
}
