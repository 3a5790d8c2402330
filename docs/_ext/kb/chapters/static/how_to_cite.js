/* Copy buttons for "How to cite this page" (docs/_ext/kb/chapters/how_to_cite.py).
   Without this script the box opens all the same, and its text can be selected. */
(() => {
  "use strict";

  /* Pages opened from disk may have no clipboard: then a field that nobody sees is copied the
     old way. */
  const copyTheOldWay = (text) => {
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.value = text;
    field.readOnly = true;
    field.className = "kb-cite-field";
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    before.focus();
    return isCopied ? Promise.resolve() : Promise.reject(new Error("refused"));
  };

  const copy = (text) =>
    navigator.clipboard && navigator.clipboard.writeText
      ? navigator.clipboard.writeText(text).catch(() => copyTheOldWay(text))
      : copyTheOldWay(text);

  const equip = (box) => {
    const status = document.createElement("p");
    status.className = "kb-cite-status";
    status.setAttribute("role", "status");
    box.append(status);
    for (const form of box.querySelectorAll(".kb-cite-form")) {
      const label = form.querySelector(".kb-cite-name");
      const name = label.textContent;
      const text = form.querySelector("pre");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "kb-cite-copy";
      button.textContent = `Copy ${name === "Text" ? "text" : name}`; /* BibTeX and RIS are names */
      button.addEventListener("click", () => {
        status.textContent = ""; /* so that the same words are said again */
        copy(text.textContent).then(
          () => {
            status.textContent = `${name} copied.`;
          },
          () => {
            getSelection().selectAllChildren(text);
            status.textContent = `${name} is selected: copy it by hand.`;
          },
        );
      });
      label.after(button);
    }
  };

  document.querySelectorAll(".kb-cite").forEach(equip);
})();
