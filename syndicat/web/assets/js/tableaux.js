/** La carte et le tableau se répondent : [data-repere="x"] d'un côté, [data-rang="x"] de l'autre. */
export function brancherTableaux() {
  const marquer = (cle, oui) => {
    if (!cle) return;
    const v = CSS.escape(cle);
    document.querySelectorAll(`[data-repere="${v}"],[data-rang="${v}"]`).forEach((x) => x.classList.toggle("vise", oui));
  };
  const cle = (e) => e.target.closest?.("[data-repere],[data-rang]")?.dataset;
  for (const [nom, oui] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(nom, (e) => {
      const d = cle(e);
      if (d) marquer(d.repere || d.rang, oui);
    });
  }
  // Couches d'une carte dessinée par le serveur : cocher montre, décocher cache.
  document.addEventListener("change", (e) => {
    const couche = e.target.dataset?.couche;
    if (!couche) return;
    document.querySelectorAll(`[data-couche-dessin="${CSS.escape(couche)}"]`).forEach((g) => g.classList.toggle("cachee", !e.target.checked));
  });
  // Un filtre s'applique dès qu'on le choisit ; sans script, le bouton « Appliquer » reste.
  document.querySelectorAll("form[data-auto]").forEach((f) => {
    f.addEventListener("change", () => f.requestSubmit());
  });
}
