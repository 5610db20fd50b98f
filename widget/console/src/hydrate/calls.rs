//! What a question does when it is confirmed: reads the inputs, makes the calls one after the other, and says what came of them.

use super::{api, dom, follow, inputs, is_form, navigation, say};
use crate::action::{Ask, Done};
use crate::answers::{Answer, list, text as text_at};
use crate::app::App;
use latchkey_shared::i18n::{fill, text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

/// Does what the dialog asked about.
pub(super) fn confirm(app: App) {
    let Some(dialog) = app.dialog.get_untracked() else { return };
    if dialog.busy {
        return;
    }
    if let Some(name) = &dialog.ask.typed
        && dom::value_of("dialog-typed").trim() != name.as_str()
    {
        fail(
            app,
            (
                fill("This is not the name: type {name}.", &[name]),
                text("It keeps the wrong thing from being ended."),
            ),
        );
        dom::focus("dialog-typed");
        return;
    }
    match inputs::read("dialog", &Value::Null) {
        Ok(_) => run(app, dialog.ask, "dialog"),
        Err((id, wrong)) => {
            fail(app, (wrong, text("Fill it in, and try again.")));
            dom::focus(&id);
        }
    }
}

/// Does what a form in the page asks for.
pub(super) fn submit(app: App, ask: Ask) {
    if let Err((id, wrong)) = inputs::read("form", &Value::Null) {
        say(app, wrong, true);
        dom::focus(&id);
        return;
    }
    run(app, ask, "form");
}

fn run(app: App, ask: Ask, form: &'static str) {
    let in_dialog = form == "dialog";
    if in_dialog {
        app.dialog.update(|dialog| {
            if let Some(dialog) = dialog {
                dialog.busy = true;
                dialog.failed = None;
            }
        });
    }
    let calls: Vec<_> = ask
        .calls
        .iter()
        .map(|call| {
            let read = inputs::read(form, &call.body);
            (call.method, call.path.clone(), read.unwrap_or_default(), call.called.clone())
        })
        .collect();
    app.loading.set(true);
    spawn_local(async move {
        let (mut done, mut failed, all) = (Vec::new(), Vec::new(), calls.len());
        for (method, path, body, called) in calls {
            let answer = api::call(app, method, &path, &body).await;
            if answer.is_ok() {
                done.push((called, answer.body));
            } else {
                failed.push(answer);
            }
        }
        app.loading.set(false);
        if failed.iter().any(|answer| answer.status == 401) {
            return dom::sign_in();
        }
        let shows = matches!(ask.done, Done::ShowAll(..)) && !done.is_empty();
        if failed.is_empty() || shows {
            let stays = follow(app, &ask, &done);
            if in_dialog && !stays {
                app.dialog.set(None);
            }
        }
        match failed.first() {
            None => {}
            Some(answer) => {
                let (mut cause, fix) = why(answer);
                if all > 1 {
                    let counts = [failed.len().to_string(), all.to_string()];
                    cause = [fill("{n} of {all} failed.", &[&counts[0], &counts[1]]), cause].join(" ");
                }
                if in_dialog {
                    // A refused check has found something out, and of several calls some may have done their work.
                    if !shows && !app.page.with_untracked(is_form) {
                        navigation::refresh(app);
                    }
                    fail(app, (cause, fix));
                } else {
                    say(app, [cause, fix].join(" "), true);
                }
            }
        }
    });
}

fn fail(app: App, why: (String, String)) {
    app.dialog.update(|dialog| {
        if let Some(dialog) = dialog {
            dialog.busy = false;
            dialog.failed = Some(why);
        }
    });
}

/// The cause and the fix of a refusal.
pub(super) fn why(answer: &Answer) -> (String, String) {
    if answer.status == 0 {
        return (
            text("The console cannot reach the service."),
            text("Check your connection, and try again."),
        );
    }
    let error = list(&answer.body, "errors").first().cloned().unwrap_or_default();
    let cause = match text_at(&error, "message") {
        "" => text_at(&answer.body, "detail").to_owned(),
        message => message.to_owned(),
    };
    let cause = if cause.is_empty() { text("The service did not answer as expected.") } else { cause };
    (cause, text_at(&error, "fix").to_owned())
}

/// Signs out of this mode.
pub(super) fn sign_out(app: App) {
    spawn_local(async move {
        api::call(app, "DELETE", "/console/session", &Value::Null).await;
        dom::sign_in();
    });
}
