// The guide follows the form: the step of the field in focus is open, and a finished step leads to the next one.
//
// It owns which step is open. The browser keeps one open at a time, by the name that all steps share. On narrow pages the steps stand under
// their fields, and nothing opens by itself, because that would move what a finger is about to press.

/** @typedef {HTMLLIElement} Step */

const foldOf = (/** @type {Step} */ step) => /** @type {HTMLDetailsElement} */ (step.querySelector("details"));
const isDone = (/** @type {Step} */ step) => "done" in step.dataset;

/** Opens a step and every fold around it. */
export function open(/** @type {Step} */ step) {
  for (let fold = /** @type {HTMLDetailsElement | null | undefined} */ (foldOf(step)); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
  reveal(step);
}

/** Scrolls the guide and never the page. */
function reveal(/** @type {Step} */ step) {
  const guide = step.closest(".guide");
  if (!guide) return;
  const { top, bottom } = step.getBoundingClientRect();
  const seen = guide.getBoundingClientRect();
  // The heading of its section stays visible.
  if (top < seen.top || bottom > seen.bottom) guide.scrollTop += top - seen.top - 64;
}

const isBackground = (/** @type {Step} */ step) => !!step.closest(".background");
const all = () => /** @type {Step[]} */ ([...document.querySelectorAll("[data-step]")]);
/** The steps that people follow: not those of the background. */
const path = () => all().filter((step) => !isBackground(step));

export function followFocus() {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
  const show = (/** @type {EventTarget | null} */ target) => {
    const id = /** @type {HTMLElement | null} */ (/** @type {Element | null} */ (target)?.closest?.("[data-field]"))?.dataset.field;
    if (form.querySelector(".under")) return;
    const own = all().filter((step) => step.dataset.for === id);
    if (!own.length || own.some((step) => foldOf(step).open)) return;
    // A field whose steps are all in the background is one that few people need.
    const steps = own.some((step) => !isBackground(step)) ? own.filter((step) => !isBackground(step)) : own;
    open(steps.find((step) => !isDone(step)) ?? steps[0]);
  };
  form.addEventListener("focusin", ({ target }) => show(target));
  if (form.contains(document.activeElement)) show(document.activeElement);
}

/** Marks a step as done, or not. */
export const mark = (/** @type {Step} */ step, /** @type {boolean} */ done) => step.toggleAttribute("data-done", done);

/** Goes on after a step that a person has finished. The focus goes along, because its button is folded away. */
export function goOn(/** @type {Step} */ step) {
  const steps = path();
  const next = steps.slice(steps.indexOf(step) + 1).find((later) => !isDone(later));
  if (!next) return void (foldOf(step).open = false);
  open(next);
  /** @type {HTMLElement} */ (next.querySelector("summary")).focus({ preventScroll: !!next.closest(".guide") });
}

/** Opens the first step that is not done, when the page has been opened again. */
export function resume() {
  const next = path().find((step) => !isDone(step));
  if (next?.closest(".guide")) open(next);
}
