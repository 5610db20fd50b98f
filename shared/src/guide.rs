//! The guide: how to find what the fields ask for. Rendered at the edge; the widget's wasm never carries it.

wire! {
    /// The instructions that stand beside the form.
    pub struct Guide {
        /// When the provider's screens were last compared with it, `YYYY-MM-DD`.
        "updated" updated: String,
        /// What must be true before starting; shown first.
        "warning" warning: Option<String>,
        /// In order.
        "sections" sections: Vec<Section>,
    }

    /// A group of steps.
    pub struct Section {
        /// Its heading.
        "title" title: String,
        /// One sentence below the heading.
        "intro" intro: Option<String>,
        /// Shown only when the session selects one of these scopes; empty: always.
        #[cfg_attr(feature = "serde", serde(default))]
        "scopes" scopes: Vec<String>,
        /// About the hub itself: left out where the product appears under another's name.
        #[cfg_attr(feature = "serde", serde(default))]
        "hideInWhiteLabel" hide_in_white_label: bool,
        /// Background that few people need: collapsed at first.
        #[cfg_attr(feature = "serde", serde(default))]
        "collapsed" collapsed: bool,
        /// In order.
        "steps" steps: Vec<Step>,
    }

    /// One instruction. `body` and `bullets` know `**bold**`, `` `code` `` and `[text](https://…)`.
    pub struct Step {
        /// The field it serves; none: the form as a whole.
        "field" field: Option<String>,
        /// What to do, in a few words.
        "title" title: String,
        /// Why and where, in a sentence.
        "body" body: Option<String>,
        /// Details.
        #[cfg_attr(feature = "serde", serde(default))]
        "bullets" bullets: Vec<String>,
        /// A link that follows what is typed.
        "link" link: Option<DeepLink>,
        /// A text to be typed elsewhere, with a button that copies it. `{product}` becomes the project's name.
        "copy" copy: Option<String>,
        /// As for a section.
        #[cfg_attr(feature = "serde", serde(default))]
        "scopes" scopes: Vec<String>,
        /// As for a section.
        #[cfg_attr(feature = "serde", serde(default))]
        "hideInWhiteLabel" hide_in_white_label: bool,
        /// Whether the scopes the session selects are listed below it, by their labels.
        #[cfg_attr(feature = "serde", serde(default))]
        "listScopes" list_scopes: bool,
    }

    /// A link into the provider's own console.
    pub struct DeepLink {
        /// What it opens.
        "label" label: String,
        /// Where to, with `{<field>}` for the host or value of a field that is no secret, and `{<field>.admin}` for the host
        /// of its admin console, once they are known.
        "template" template: String,
        /// Where to before that; none: not shown yet.
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
