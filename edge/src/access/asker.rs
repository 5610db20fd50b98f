//! Where a request came from, for the audit log: the id that the response has, and the client's address.
//!
//! The objects get both with each call of the request (`ports::Asker`), and keep the address in the form that the project chose.

use crate::access::client_address::client_address;
use crate::access::tokens::address_hash;
use crate::config::Config;
use crate::http::Request;
use crate::ports::Asker;

/// Where the request with this id came from.
#[must_use]
pub(crate) fn asker(request: &Request, config: &Config, request_id: &str) -> Asker {
    let address = client_address(request, config).map(|address| address.to_string());
    let address = address.map(|address| {
        let hash = address_hash(config, &["audit-log/", &address].concat());
        (address, hash)
    });
    Asker { request: request_id.to_owned(), address }
}
