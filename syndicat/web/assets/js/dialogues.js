/** Dialogues, tiroirs et menus : <dialog> et <details> natifs, ouverts par [data-ouvre="id"]. */
export function brancherDialogues() {
  document.addEventListener("click", (e) => {
    const ouvre = e.target.closest("[data-ouvre]");
    if (ouvre) {
      const d = document.getElementById(ouvre.dataset.ouvre);
      if (d instanceof HTMLDialogElement && !d.open) {
        e.preventDefault();
        d.showModal();
      }
      return;
    }
    const ferme = e.target.closest("[data-ferme]");
    if (ferme) ferme.closest("dialog")?.close();
    // Un clic sur le fond ferme.
    if (e.target instanceof HTMLDialogElement) {
      const r = e.target.getBoundingClientRect();
      const dedans = e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom;
      if (!dedans) e.target.close();
    }
    document.querySelectorAll("details.menu[open]").forEach((m) => {
      if (!m.contains(e.target)) m.open = false;
    });
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "?" && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && !e.target.isContentEditable) {
      const aide = document.getElementById("aide");
      if (aide && !document.querySelector("dialog[open]")) {
        e.preventDefault();
        aide.showModal();
      }
    }
    if (e.key !== "Escape") return;
    const m = document.querySelector("details.menu[open]");
    if (m) {
      m.open = false;
      m.querySelector("summary").focus();
    }
    // L'explication d'un chiffre se referme sans perdre le focus.
    document.activeElement?.classList?.toggle("def-tue", document.activeElement.classList.contains("def"));
  });
  document.addEventListener("focusout", (e) => e.target.classList?.remove("def-tue"));
  document.querySelectorAll("[data-imprimer]").forEach((b) => {
    b.addEventListener("click", () => window.print());
  });
}
