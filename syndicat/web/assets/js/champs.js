/** Petites aides de saisie ; chaque champ marche sans elles. */
const ko = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const taille = (n) => (n < 1e6 ? Math.max(1, Math.round(n / 1000)) + "\u00a0ko" : ko.format(n / 1e6) + "\u00a0Mo");

function depot(zone) {
  const entree = zone.querySelector("input[type=file]");
  const etat = zone.querySelector("[data-depot-etat]");
  if (!entree || !etat) return;
  const max = Number(zone.dataset.depotMax || 0);
  const dire = () => {
    const fichiers = [...entree.files];
    const trop = max ? fichiers.find((f) => f.size > max) : null;
    zone.classList.toggle("erreur-depot", Boolean(trop));
    entree.setCustomValidity("");
    if (trop) {
      entree.value = "";
      etat.textContent = `« ${trop.name} » pèse ${taille(trop.size)}, plus que ${taille(max)}. Choisissez un fichier plus léger.`;
    } else {
      etat.textContent = fichiers.length ? fichiers.map((f) => `${f.name}, ${taille(f.size)}`).join(" ; ") : "";
    }
    zone.classList.toggle("depot-plein", fichiers.length > 0 && !trop);
  };
  entree.addEventListener("change", dire);
  for (const nom of ["dragenter", "dragover"]) {
    zone.addEventListener(nom, (e) => {
      e.preventDefault();
      zone.classList.add("depot-vise");
    });
  }
  for (const nom of ["dragleave", "drop"]) zone.addEventListener(nom, () => zone.classList.remove("depot-vise"));
  zone.addEventListener("drop", (e) => {
    e.preventDefault();
    if (!e.dataTransfer?.files.length) return;
    entree.files = e.dataTransfer.files;
    entree.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function compteur(champ) {
  const cible = document.getElementById(champ.dataset.compteur);
  if (!cible) return;
  const max = Number(champ.maxLength);
  const dire = () => {
    const reste = max - champ.value.length;
    cible.textContent = reste > 1 ? `Il reste ${reste} caractères.` : reste === 1 ? "Il reste 1 caractère." : "Vous avez atteint la limite.";
  };
  champ.addEventListener("input", dire);
  dire();
}

/** Adresse avec suggestions : data-suggestions="/url" → GET ?q= → [{libelle, detail, lat, lon}]. */
function suggestions(champ) {
  const liste = document.getElementById(champ.getAttribute("aria-controls"));
  if (!liste) return;
  let minuterie;
  let tour = 0;
  let trouve = [];
  let choisi = -1;
  const fermer = () => {
    liste.hidden = true;
    choisi = -1;
    champ.setAttribute("aria-expanded", "false");
    champ.removeAttribute("aria-activedescendant");
  };
  const prendre = (i) => {
    champ.value = trouve[i].libelle;
    champ.dispatchEvent(new CustomEvent("suggestion", { bubbles: true, detail: trouve[i] }));
    fermer();
  };
  const montrer = () => {
    liste.replaceChildren(
      ...trouve.map((t, i) => {
        const li = document.createElement("li");
        li.id = `${champ.id}-s${i}`;
        li.setAttribute("role", "option");
        li.setAttribute("aria-selected", "false");
        const detail = document.createElement("small");
        detail.textContent = t.detail || "";
        li.append(t.libelle, detail);
        li.addEventListener("mousedown", (e) => {
          e.preventDefault();
          prendre(i);
        });
        return li;
      }),
    );
    liste.hidden = trouve.length === 0;
    champ.setAttribute("aria-expanded", String(trouve.length > 0));
  };
  champ.addEventListener("input", () => {
    clearTimeout(minuterie);
    const q = champ.value.trim();
    if (q.length < 3) return fermer();
    const ce = ++tour;
    minuterie = setTimeout(async () => {
      try {
        const r = await fetch(champ.dataset.suggestions + "?q=" + encodeURIComponent(q), { headers: { Accept: "application/json" } });
        if (!r.ok || ce !== tour) return;
        trouve = (await r.json()).slice(0, 6);
        montrer();
      } catch {
        fermer();
      }
    }, 220);
  });
  champ.addEventListener("blur", fermer);
  champ.addEventListener("keydown", (e) => {
    if (liste.hidden) return;
    const bouge = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (bouge) {
      e.preventDefault();
      liste.children[choisi]?.setAttribute("aria-selected", "false");
      choisi = (choisi + bouge + trouve.length) % trouve.length;
      liste.children[choisi].setAttribute("aria-selected", "true");
      champ.setAttribute("aria-activedescendant", liste.children[choisi].id);
    } else if (e.key === "Enter" && choisi >= 0) {
      e.preventDefault();
      prendre(choisi);
    } else if (e.key === "Escape") fermer();
  });
}

/** Un envoi ne part qu'une fois ; le bouton dit ce qui se passe. */
function envoi(form) {
  form.addEventListener("submit", (e) => {
    if (form.dataset.parti) {
      e.preventDefault();
      return;
    }
    form.dataset.parti = "1";
    const b = e.submitter;
    if (b?.dataset.enCours) {
      b.setAttribute("aria-disabled", "true");
      const texte = b.querySelector("[data-bouton-texte]");
      if (texte) texte.textContent = b.dataset.enCours;
    }
  });
  window.addEventListener("pageshow", () => delete form.dataset.parti);
}

export function brancherChamps(racine) {
  const tous = (s) => [...(racine.matches?.(s) ? [racine] : []), ...(racine.querySelectorAll?.(s) ?? [])];
  const une = (x, f) => {
    if (x.dataset.branche) return;
    x.dataset.branche = "1";
    f(x);
  };
  tous("[data-depot]").forEach((x) => une(x, depot));
  tous("[data-compteur]").forEach((x) => une(x, compteur));
  tous("[data-suggestions]").forEach((x) => une(x, suggestions));
  tous("form[method=post]:not([hx-post])").forEach((x) => une(x, envoi));
  // Le focus va au résumé des erreurs.
  tous("[data-resume-erreurs]").forEach((x) => une(x, () => x.focus()));
}
