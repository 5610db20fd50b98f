//! Reads the translation tables: static files that only this Worker reads, once per isolate and language.

use super::calls::Files;
use latchkey_shared::i18n::Phrases;
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use worker::Env;

thread_local! {
    static READ: RefCell<Vec<&'static Phrases>> = const { RefCell::new(Vec::new()) };
}

/// The table of a language. `None` if it cannot be read; the next request tries again.
pub(super) async fn phrases(env: &Env, language: &'static str) -> Option<&'static Phrases> {
    let known = READ.with_borrow(|read| read.iter().copied().find(|phrases| phrases.language() == language));
    if known.is_some() {
        return known;
    }
    let file = Files::new(env).ok()?.get(&format!("words.{language}.json")).await.ok()??;
    let bytes = JsFuture::from(file.array_buffer().ok()?).await.ok()?;
    let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
    // Kept as long as the isolate lives.
    let phrases: &'static Phrases = Box::leak(Box::new(Phrases::read(language, &bytes)?));
    READ.with_borrow_mut(|read| read.push(phrases));
    Some(phrases)
}
