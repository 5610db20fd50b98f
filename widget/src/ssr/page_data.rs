//! The page's data for the browser's half: JSON in a script element that browsers do not run.
//!
//! It leaves out the rules that values are parsed by. The parser's program reads them from the reply of `GET connect`, so nobody waits for
//! them before the form can be typed into.

use super::FormPage;
use latchkey_shared::compact::compact;
use latchkey_shared::connect::Form;
use serde::Serialize;

#[derive(Serialize)]
struct PageData<'a> {
    form: &'a Form,
    session: &'a str,
    mode: latchkey_shared::Mode,
    place: &'static str,
    origins: &'a [String],
    /// The translations of the form's messages, if the page is not in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'static serde_json::Value>,
}

/// The JSON text, in which no `<` can end or open an element.
pub(super) fn page_data(page: &FormPage<'_>) -> String {
    let page_data = PageData {
        form: page.form,
        session: page.session_id,
        mode: page.mode,
        place: page.place.as_str(),
        origins: page.origins,
        words: latchkey_shared::i18n::form_table(),
    };
    // It holds strings, lists and enums only, which always serialize.
    let mut page_data = serde_json::to_value(&page_data).unwrap_or_default();
    for field in page_data["form"]["fields"].as_array_mut().into_iter().flatten() {
        if let Some(field) = field.as_object_mut() {
            field.remove("parse");
            field.remove("placeholder");
        }
    }
    compact(&mut page_data);
    page_data.to_string().replace('<', "\\u003c")
}
