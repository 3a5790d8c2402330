/* Bootstrap, a third of all that a first view would ask for, serves the menu of colors, the hints of
   four buttons and the way up.  It comes when the first of the buttons is pointed at or has the focus,
   or when the page scrolls. */
(() => {
  "use strict";
  const CONTROLS = "[data-bs-toggle]";
  const EARLY = ["pointerover", "pointerdown", "focusin"];
  const address = document.currentScript.dataset.late;
  let script = null;
  let called = null;

  const come = () => {
    if (script) return;
    script = document.createElement("script");
    script.src = address;
    script.onload = () => {
      EARLY.forEach((kind) => removeEventListener(kind, early, true));
      removeEventListener("click", late, true);
      // The way up shows where a reader turns back, by the place of the scroll before.
      dispatchEvent(new Event("scroll"));
    };
    // The network may be back at the next try.
    script.onerror = () => {
      script.remove();
      script = called = null;
    };
    document.head.append(script);
  };

  const controlOf = (event) => (event.target instanceof Element ? event.target.closest(CONTROLS) : null);

  // What called Bootstrap is said again when it listens: hints wait for the pointer or the focus.
  const early = (event) => {
    const control = controlOf(event);
    if (!control) return;
    come();
    const kind = event.type === "focusin" ? "focusin" : "mouseover";
    const still = () => control.matches(kind === "focusin" ? ":focus-within" : ":hover");
    if (event.type !== "pointerdown") {
      script.addEventListener("load", () => {
        if (still()) control.dispatchEvent(new Event(kind, { bubbles: true }));
      });
    }
  };

  const late = (event) => {
    const control = controlOf(event);
    if (control?.dataset.bsToggle !== "dropdown") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    come();
    if (!called) script.addEventListener("load", () => called.click());
    called = control;
  };

  EARLY.forEach((kind) => addEventListener(kind, early, true));
  addEventListener("click", late, true);
  addEventListener("scroll", come, { once: true, passive: true });
})();
