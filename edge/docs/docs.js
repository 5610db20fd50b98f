// Starts the viewer of `/docs`, Swagger UI (Apache-2.0), on our own document.
//
// It owns what the viewer shows: a reference to read. It refuses to send requests, so the page has no place for a key.

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);

const nothing = () => () => null;

/** What stands before the calls, as a landmark of its own. The style hides its title, the page has one; a heading leads on to the calls. */
const About = (Original, { React }) => (props) =>
  React.createElement("section", { "aria-label": "About", className: "about" }, React.createElement(Original, props), React.createElement("h2", null, "Calls"));

/** Names what the viewer leaves without a name, and lets a keyboard scroll what is wider than its place. */
function amend() {
  for (const menu of document.querySelectorAll("select:not([aria-label])")) {
    menu.setAttribute("aria-label", menu.closest("[data-param-name]")?.dataset.paramName ?? "Example");
  }
  for (const table of document.querySelectorAll("table[role=region]:not([aria-label])")) table.setAttribute("aria-label", table.id.replaceAll("_", " "));
  for (const example of document.querySelectorAll("pre:not([tabindex])")) example.tabIndex = 0;
}
new MutationObserver(amend).observe(document.body, { childList: true, subtree: true });

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  presets: [SwaggerUIBundle.presets.apis],
  // The page's own header stands for the first, and the others are for sending requests.
  plugins: [{ wrapComponents: { InfoContainer: About, InfoUrl: nothing, ServersContainer: nothing, AuthorizeBtnContainer: nothing, authorizeOperationBtn: nothing } }],
  supportedSubmitMethods: [],
  validatorUrl: null,
  // Its colors are too faint to read.
  syntaxHighlight: { activated: false },
  defaultModelsExpandDepth: -1,
  // For tests: the reference is there.
  onComplete: () => (document.documentElement.dataset.ready = ""),
});
