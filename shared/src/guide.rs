//! The guide: how people find the values that the form asks for. The edge renders it; it is never in the widget's wasm.

wire! {
    /// The instructions beside the form.
    pub struct Guide {
        /// The day when somebody last compared it with the provider's screens, `YYYY-MM-DD`.
        "updated" updated: String,
        /// Who can do it, in one line; shown first. `warning` unfolds below it.
        #[cfg_attr(feature = "serde", serde(default))]
        "needs" needs: Option<String>,
        /// What must be true before people start.
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
        /// Where it is on the provider's screen. The page draws it.
        #[cfg_attr(feature = "serde", serde(default))]
        "place" place: Option<ScreenPlace>,
    }

    /// A place on a provider's screen, in the words that stand there, which are never translated. A drawing shows it, and its words are
    /// the drawing's text alternative.
    pub struct ScreenPlace {
        /// What the browser's address bar shows. `**bold**` marks the part that counts.
        #[cfg_attr(feature = "serde", serde(default))]
        "address" address: Option<String>,
        /// The way through the menu at the side, from the outermost entry.
        #[cfg_attr(feature = "serde", serde(default))]
        "menu" menu: Vec<String>,
        /// The button or picture in the upper corner of the page.
        #[cfg_attr(feature = "serde", serde(default))]
        "corner" corner: Option<String>,
        /// The heading of the page or of the part of it.
        #[cfg_attr(feature = "serde", serde(default))]
        "heading" heading: Option<String>,
        /// The tab.
        #[cfg_attr(feature = "serde", serde(default))]
        "tab" tab: Option<String>,
        /// The label of the field or switch.
        #[cfg_attr(feature = "serde", serde(default))]
        "field" field: Option<String>,
        /// The button to press.
        #[cfg_attr(feature = "serde", serde(default))]
        "button" button: Option<String>,
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

impl ScreenPlace {
    /// The words of the place, in the order in which people follow them, without the marks in the address.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let Self { address, menu, corner, heading, tab, field, button } = self;
        let address = address.iter().map(|address| address.replace("**", ""));
        let later = [corner, heading, tab, field, button].into_iter().flatten().cloned();
        address.chain(menu.iter().cloned()).chain(later).collect()
    }
}

impl Guide {
    /// Whether a section or step with these scopes is shown to a session that selects those.
    #[must_use]
    pub fn shows(scopes: &[String], selected: &[String]) -> bool {
        scopes.is_empty() || scopes.iter().any(|scope| selected.contains(scope))
    }
}
