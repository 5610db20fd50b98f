//! `POST /api/v1/app-connections/{app}/{id}/relink`: a connect session in which somebody replaces the key of an account.

use super::connection_id;
use crate::access::auth;
use crate::api::connect_sessions::{CreatedSession, open};
use crate::api::endpoint::{Built, JsonBody};
use crate::api::input::{self, origin, page_url, session};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::http::body::{Object, Whole};
use crate::ports::{Clock, Platform};
use crate::store::protocol::SessionRow;
use latchkey_shared::session::EndUser;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RelinkOptions {
    /// The person who gets the form. Left out: the one who linked the account.
    #[cfg_attr(feature = "schema", schemars(with = "Option<EndUser>"))]
    end_user: Option<Object<EndUser>>,
    /// How long the session lives, in seconds.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<i64>", range(min = 60, max = 2_592_000), extend("default" = 1800))
    )]
    expires_in: Option<Whole>,
    /// Origins that may embed the form, out of the project’s. When it is left out, all of the project’s may.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<Vec<crate::http::schema::Origin>>", length(max = 20))
    )]
    allowed_origins: Option<Vec<String>>,
    /// Where the hosted page leads at the end: an https URL, with a test key also http://localhost.
    #[cfg_attr(feature = "schema", schemars(length(max = 2000), extend("format" = "uri")))]
    return_url: Option<String>,
    /// Where the page of an ended link leads, to get a new link. It has the form of `returnUrl`.
    #[cfg_attr(feature = "schema", schemars(length(max = 2000), extend("format" = "uri")))]
    refresh_url: Option<String>,
    /// The form’s language, a BCP 47 tag.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 35), regex(pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"))
    )]
    locale: Option<String>,
}

/// Makes a session in which the key of an account is replaced. Its token is shown this once.
///
/// # Errors
/// When the account does not exist, when a value is not valid, or when nobody linked the account and the body names nobody.
pub(crate) async fn relink(
    platform: &impl Platform,
    request: &Request,
    app: &str,
    id: &str,
    body: JsonBody<'_, RelinkOptions>,
) -> Result<Built<CreatedSession>> {
    let caller = auth::key_caller(platform, request)?;
    let id = connection_id(id)?;
    input::entry(app, Error::not_found)?;
    let options = body.read_or_default()?;
    let nobody = EndUser { id: String::new(), email: None, name: None };
    let end_user = options.end_user.map_or(Ok(nobody), |Object(person)| {
        session::people(&person, None)?;
        Ok(person)
    })?;
    let expires_in = session::expires_in(options.expires_in)?;
    if let Some(origins) = &options.allowed_origins {
        origin::check(origins)?;
    }
    let mode = caller.mode();
    page_url::check("returnUrl", options.return_url.as_deref(), mode)?;
    page_url::check("refreshUrl", options.refresh_url.as_deref(), mode)?;
    let expires = platform.clock().now_ms() + expires_in * 1000;
    let row = SessionRow {
        providers: vec![app.to_owned()],
        connection: Some(id),
        return_url: options.return_url,
        refresh_url: options.refresh_url,
        locale: options.locale.map(session::locale).transpose()?,
        ..SessionRow::new(mode, end_user, expires)
    };
    open(platform, request, &caller, row, options.allowed_origins, true).await
}
