/* La boîte au clavier, et le dossier sans recharger la page quand les trois volets sont là. Sans ce fichier, tout marche par liens. */
(() => {
  const large = window.matchMedia("(min-width: 768px)");
  const lignes = () => [...document.querySelectorAll("[data-boite-liste] [data-ligne]")];
  const courante = () => lignes().find((l) => l.hasAttribute("aria-current"));
  let marque = null;

  async function ouvrir(lien, pousser = true) {
    if (!large.matches) {
      location.assign(lien.href);
      return;
    }
    let r;
    try {
      r = await fetch(lien.href, { headers: { "HX-Request": "true" } });
    } catch {
      location.assign(lien.href);
      return;
    }
    if (!r.ok || r.redirected) {
      location.assign(lien.href);
      return;
    }
    const html = new DOMParser().parseFromString(await r.text(), "text/html");
    const volets = html.getElementById("volets");
    if (!volets) {
      location.assign(lien.href);
      return;
    }
    document.getElementById("volets").replaceWith(volets);
    window.htmx?.process(volets);
    lignes().forEach((l) => l.removeAttribute("aria-current"));
    lien.setAttribute("aria-current", "true");
    lien.scrollIntoView({ block: "nearest" });
    if (pousser) history.pushState({}, "", lien.href);
    const titre = document.getElementById("td");
    const lu = document.getElementById("lecture");
    if (lu && titre) lu.textContent = `Dossier ouvert : ${titre.textContent}`;
    preparer();
  }

  document.addEventListener("click", (e) => {
    const lien = e.target.closest("[data-ligne]");
    if (lien && !e.metaKey && !e.ctrlKey && !e.shiftKey && e.button === 0 && large.matches) {
      e.preventDefault();
      ouvrir(lien);
    }
    const type = e.target.closest("[data-reponse]");
    if (type) {
      e.preventDefault();
      const champ = document.getElementById("id_rep-texte");
      champ.value = champ.value.trim() ? `${champ.value.trim()}\n${type.dataset.reponse}` : type.dataset.reponse;
      type.closest("details").open = false;
      champ.focus();
      compter();
    }
  });
  window.addEventListener("popstate", () => location.reload());

  const compter = () => {
    const champ = document.getElementById("id_rep-texte");
    const cible = document.querySelector("[data-compte]");
    if (champ && cible) cible.textContent = champ.value ? `${champ.value.length} caractères` : "";
  };
  function preparer() {
    document.getElementById("id_rep-texte")?.addEventListener("input", compter);
    compter();
  }

  function aller(pas) {
    const toutes = lignes();
    if (!toutes.length) return;
    const ici = toutes.indexOf(marque && toutes.includes(marque) ? marque : courante());
    const cible = toutes[Math.max(0, Math.min(toutes.length - 1, ici + pas))];
    marque = cible;
    cible.focus();
    cible.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const dans = e.target.closest("input, textarea, select, [contenteditable]");
    if (dans) {
      if (e.key === "Escape") dans.blur();
      return;
    }
    const touche = e.key.toLowerCase();
    if (touche === "j") aller(1);
    else if (touche === "k") aller(-1);
    else if (touche === "a") {
      const menu = document.querySelector('[data-menu="attribuer"]');
      if (!menu) return;
      menu.open = true;
      menu.querySelector("select").focus();
    } else if (touche === "r") document.getElementById("id_rep-texte")?.focus();
    else return;
    e.preventDefault();
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") document.querySelectorAll(".boite details.menu[open]").forEach((d) => { d.open = false; });
  });
  document.addEventListener("toggle", (e) => {
    if (e.target.matches?.(".boite details.menu[open]")) {
      document.querySelectorAll(".boite details.menu[open]").forEach((d) => { if (d !== e.target) d.open = false; });
    }
  }, true);
  preparer();
})();
