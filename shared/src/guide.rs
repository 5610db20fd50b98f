//! The guide: how people find the values that the form asks for. The edge renders it; it is never in the widget's wasm.

wire! {
    /// The instructions beside the form.
    pub struct Guide {
        /// The day when somebody last compared it with the provider's screens, `YYYY-MM-DD`.
        "updated" updated: String,
        /// What must be true before people start; shown first.
        "warning" warning: Option<String>,
        /// The sections, in order.
        "sections" sections: Vec<Section>,
    }

    /// A group of steps.
    pub struct Section {
        /// The heading.
        "title" title: String,
        /// One sentence below the heading.
        "intro" intro: Option<String>,
        /// It is shown only if the session selects one of these scopes; empty: always.
        #[cfg_attr(feature = "serde", serde(default))]
        "scopes" scopes: Vec<String>,
        /// Whether it is about the product that embeds the form. It is left out where the form appears under another name.
        #[cfg_attr(feature = "serde", serde(default))]
        "hideInWhiteLabel" hide_in_white_label: bool,
        /// Background that few people need: collapsed at first.
        #[cfg_attr(feature = "serde", serde(default))]
        "collapsed" collapsed: bool,
        /// The steps, in order.
        "steps" steps: Vec<Step>,
    }

    /// One instruction. `body` and `bullets` may have `**bold**`, `` `code` `` and `[text](https://…)`.
    pub struct Step {
        /// The field that it is for; `None`: the whole form.
        "field" field: Option<String>,
        /// What to do, in a few words.
        "title" title: String,
        /// Why and where, in a sentence.
        "body" body: Option<String>,
        /// Details.
        #[cfg_attr(feature = "serde", serde(default))]
        "bullets" bullets: Vec<String>,
        /// A link into the provider's console.
        "link" link: Option<DeepLink>,
        /// A text that people type elsewhere, with a button that copies it. `{product}` becomes the project's name.
        "copy" copy: Option<String>,
        /// As for a section.
        #[cfg_attr(feature = "serde", serde(default))]
        "scopes" scopes: Vec<String>,
        /// As for a section.
        #[cfg_attr(feature = "serde", serde(default))]
        "hideInWhiteLabel" hide_in_white_label: bool,
        /// Whether it lists the labels of the scopes that the session selects.
        #[cfg_attr(feature = "serde", serde(default))]
        "listScopes" list_scopes: bool,
    }

    /// A link into the provider's console. It follows what people type.
    pub struct DeepLink {
        /// The text of the link.
        "label" label: String,
        /// The URL, with `{<field>}` for the host or value of a field that is not secret, and `{<field>.admin}` for the host of its
        /// admin console.
        "template" template: String,
        /// The URL before those fields have a value; `None`: the link is hidden until then.
        "fallback" fallback: Option<String>,
    }
}

impl Guide {
    /// Whether a section or step with these scopes is shown to a session that selects those.
    #[must_use]
    pub fn shows(scopes: &[String], selected: &[String]) -> bool {
        scopes.is_empty() || scopes.iter().any(|scope| selected.contains(scope))
    }
}
