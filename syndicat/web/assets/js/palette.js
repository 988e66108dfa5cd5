/**
 * Palette Ctrl K. Les entrées viennent du menu de la page (a[data-palette]) puis, si la palette porte
 * data-recherche, de ce point d'entrée : GET ?q=… → [{titre, url, sorte}].
 */
const plier = (t) => t.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

export function brancherPalette() {
  const boite = document.getElementById("palette");
  if (!boite) return;
  const saisie = boite.querySelector("input");
  const liste = boite.querySelector("[role=listbox]");
  const compte = boite.querySelector("[data-palette-compte]");
  const locales = [...document.querySelectorAll("a[data-palette]")].map((a) => ({
    titre: a.dataset.palette || a.textContent.trim(),
    url: a.href,
    sorte: a.dataset.paletteSorte || "Aller à",
  }));
  let choisi = 0;
  let rangs = [];
  let minuterie;
  let tour = 0;

  function surligner(titre, q) {
    const span = document.createElement("span");
    const ou = q ? plier(titre).indexOf(plier(q)) : -1;
    if (ou < 0) {
      span.textContent = titre;
      return span;
    }
    const gras = document.createElement("b");
    gras.textContent = titre.slice(ou, ou + q.length);
    span.append(titre.slice(0, ou), gras, titre.slice(ou + q.length));
    return span;
  }

  function montrer(entrees, q) {
    rangs = entrees.slice(0, 9);
    choisi = 0;
    liste.replaceChildren(
      ...rangs.map((r, i) => {
        const li = document.createElement("li");
        li.id = "palette-" + i;
        li.setAttribute("role", "option");
        li.setAttribute("aria-selected", String(i === 0));
        const sorte = document.createElement("small");
        sorte.textContent = r.sorte;
        li.append(surligner(r.titre, q), sorte);
        li.addEventListener("click", () => aller(i));
        return li;
      }),
    );
    const n = rangs.length;
    compte.textContent = n === 0 ? (q ? "Aucun résultat. Essayez un autre mot." : "") : n === 1 ? "1 résultat" : n + " résultats";
    saisie.setAttribute("aria-expanded", String(n > 0));
    if (n) saisie.setAttribute("aria-activedescendant", "palette-0");
    else saisie.removeAttribute("aria-activedescendant");
  }

  function aller(i) {
    if (rangs[i]) window.location.assign(rangs[i].url);
  }

  function filtrer() {
    const q = saisie.value.trim();
    const mots = plier(q).split(/\s+/).filter(Boolean);
    const ici = locales.filter((r) => mots.every((m) => plier(r.titre).includes(m)));
    montrer(ici, q);
    clearTimeout(minuterie);
    const url = boite.dataset.recherche;
    if (!url || q.length < 2) return;
    const ce = ++tour;
    minuterie = setTimeout(async () => {
      try {
        const r = await fetch(url + "?q=" + encodeURIComponent(q), { headers: { Accept: "application/json" } });
        if (r.ok && ce === tour) montrer([...ici, ...(await r.json())], q);
      } catch {
        // Hors ligne : le menu suffit.
      }
    }, 180);
  }

  function ouvrir() {
    if (document.querySelector("dialog[open]")) return;
    saisie.value = "";
    filtrer();
    boite.showModal();
    saisie.focus();
  }

  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "k") {
      e.preventDefault();
      if (boite.open) boite.close();
      else ouvrir();
    }
  });
  document.querySelectorAll("[data-palette-ouvre]").forEach((b) => {
    b.addEventListener("click", (e) => {
      e.preventDefault();
      ouvrir();
    });
  });
  saisie.addEventListener("input", filtrer);
  saisie.addEventListener("keydown", (e) => {
    const bouge = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (bouge && rangs.length) {
      e.preventDefault();
      liste.children[choisi].setAttribute("aria-selected", "false");
      choisi = (choisi + bouge + rangs.length) % rangs.length;
      liste.children[choisi].setAttribute("aria-selected", "true");
      liste.children[choisi].scrollIntoView({ block: "nearest" });
      saisie.setAttribute("aria-activedescendant", "palette-" + choisi);
    } else if (e.key === "Enter") {
      e.preventDefault();
      aller(choisi);
    }
  });
}
