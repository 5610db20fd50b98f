//! The path in the address of a service that a customer runs, which requests begin with: `/jenkins` of `ci.acme.com/jenkins`.
//!
//! It keeps letters, digits, `-`, `.`, `_` and `~` in their case, and leaves out empty segments, a query and a fragment. It refuses
//! segments of dots, anything that is percent-encoded, and what is longer than [`BASE_PATH_MAX`].

use super::tokens::{cut, has};
use super::{Field, address};
use crate::limits::BASE_PATH_MAX;
use crate::{ErrorCode, FieldError, mark};

/// The path in an address, as it was typed. Empty without one.
pub(super) fn of_address(field: &Field, typed: &str) -> Result<String, FieldError> {
    // The address is split in lower case, which has as many characters.
    let lower = typed.to_ascii_lowercase();
    let length = address::split(&lower).path.len();
    let path = typed.len().checked_sub(length).and_then(|at| typed.get(at..)).unwrap_or_default();
    let (path, _) = cut(path, |c| matches!(c, '?' | '#'));
    let mut kept = String::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let other = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '_' | '~');
        if has(segment, other) || segment == "." || segment == ".." {
            return Err(refused(field));
        }
        kept.extend(["/", segment]);
    }
    if kept.len() > BASE_PATH_MAX { Err(refused(field)) } else { Ok(kept) }
}

fn refused(field: &Field) -> FieldError {
    field.refused(
        ErrorCode::HostMalformed,
        mark!("The path of this address is none that a service can start at."),
        mark!("Enter the address of the service’s start page, without what follows it."),
    )
}
