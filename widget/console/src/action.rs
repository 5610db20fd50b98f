//! What a press, a key or a line of the palette may do. The views make these values, and the browser's half carries them out.

use serde_json::Value;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Show another page or view: its address.
    Go(String),
    /// Load the page's answers again.
    Refresh,
    /// Ask first, in a dialog.
    Ask(Box<Ask>),
    /// Do what a form in the page asks for.
    Submit(Box<Ask>),
    /// Do what the dialog asked about.
    Confirm,
    /// Close the dialog without doing anything.
    Dismiss,
    /// Copy a text.
    Copy(String),
    /// Open or close the palette.
    Palette(bool),
    /// Open or close the menu of pages, on narrow screens.
    Menu(bool),
    /// Add a row to the selection, or take it out: its id.
    Select(String),
    /// Select all the rows that are shown, or none.
    SelectAll(bool),
    /// Show the preview of the form in a state and a color scheme.
    Seen(&'static str, &'static str),
    /// Show or hide a column.
    Column(&'static str),
    /// Sign out of this mode.
    SignOut,
    /// Close the short message.
    Quiet,
    /// Light, dark, or as the system has it.
    Theme(&'static str),
}

/// A question before something is done: what it will do, what it needs to know, and what cannot be undone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ask {
    /// The heading.
    pub(crate) title: String,
    /// What it will do, in sentences.
    pub(crate) body: Vec<String>,
    /// What it needs to know.
    pub(crate) inputs: Vec<Input>,
    /// The name to type, if it cannot be undone.
    pub(crate) typed: Option<String>,
    /// The label of the button that does it.
    pub(crate) button: String,
    /// The calls that do it, one after the other. The inputs go into the body of each.
    pub(crate) calls: Vec<Call>,
    /// What follows.
    pub(crate) done: Done,
}

/// A call of the API that changes something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// The method of HTTP.
    pub(crate) method: &'static str,
    /// The path, from `/api` on.
    pub(crate) path: String,
    /// What the body has besides the inputs. Null: only the inputs, and no body if there are none.
    pub(crate) body: Value,
    /// How its answer is called, if there are several.
    pub(crate) called: String,
}

impl Call {
    /// A call without a body of its own.
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: Value::Null, called: String::new() }
    }

    /// The same with a body.
    pub(crate) fn with(self, body: Value) -> Self {
        Self { body, ..self }
    }
}

/// What follows when the calls of a question have ended well.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Done {
    /// The page is loaded again. Nothing is said.
    #[default]
    Refresh,
    /// The page is loaded again, with a short message.
    Say(String),
    /// Another page is shown, with a short message.
    Go(String, String),
    /// The connect form opens with the session of the answer. The page is loaded again when an account is linked.
    OpenForm,
    /// Something of the answer is shown, to be copied: a heading, an explanation, and the path in the answer. An invitation in the answer
    /// is shown too: the QR code of a link, and a mail to this address.
    Show(String, String, &'static str),
    /// The same of every answer, each in a line after its name, also if some calls have failed.
    ShowAll(String, String, &'static str),
    /// A page is loaded whole, because what the console knows about the project has changed.
    Load(String),
}

/// One thing to fill in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Input {
    /// Where it goes in the body: a path of names, such as `endUser.id`.
    pub(crate) name: String,
    /// Its label.
    pub(crate) label: String,
    /// What it is for, or how it looks.
    pub(crate) help: String,
    /// What is there at first.
    pub(crate) value: String,
    /// What it takes.
    pub(crate) kind: Kind,
    /// Whether it may stay empty. It is left out then.
    pub(crate) optional: bool,
}

/// What an input takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A line of text.
    Text,
    /// An email address.
    Email,
    /// Several lines of text.
    Lines,
    /// A number.
    Number,
    /// A text of which each line or comma begins another one.
    List,
    /// One of several: values and their labels.
    Choice(Vec<(String, String)>),
    /// Some of several: values and their labels.
    Some(Vec<(String, String)>),
    /// A color.
    Color,
}

impl Input {
    /// A line of text that must be filled in.
    pub(crate) fn line(name: impl Into<String>, label: String) -> Self {
        Self {
            name: name.into(),
            label,
            help: String::new(),
            value: String::new(),
            kind: Kind::Text,
            optional: false,
        }
    }

    /// The same, of another kind.
    pub(crate) fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The same with an explanation.
    pub(crate) fn help(self, help: String) -> Self {
        Self { help, ..self }
    }

    /// The same with a value at first.
    pub(crate) fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// The same, which may stay empty.
    pub(crate) fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}
