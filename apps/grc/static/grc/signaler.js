/* Le parcours marche sans ce fichier : il propose un sujet d'après les mots, et envoie la photo dès qu'elle est choisie. */
(() => {
  const photo = document.querySelector("[data-envoi-direct]");
  if (photo) {
    const bouton = document.querySelector("[data-bouton-photo]");
    if (!document.querySelector(".photo-prise")) bouton.hidden = true;
    photo.addEventListener("change", () => {
      if (!photo.files.length) return;
      bouton.hidden = false;
      bouton.querySelector("[data-bouton-texte]").textContent = "Envoi de la photo…";
      photo.form.requestSubmit(bouton);
    });
  }
  const form = document.querySelector("[data-suggestion]");
  if (!form) return;
  const mots = form.elements.description;
  const dit = form.querySelector("[data-suggestion-dit]");
  const radios = [...form.querySelectorAll("input[name=categorie]")];
  let main = radios.some((r) => r.checked);
  let minuterie;
  radios.forEach((r) => r.addEventListener("change", () => { main = true; }));
  mots.addEventListener("input", () => {
    clearTimeout(minuterie);
    if (main || mots.value.trim().length < 4) return;
    minuterie = setTimeout(async () => {
      try {
        const r = await fetch(`${form.dataset.suggestion}?q=${encodeURIComponent(mots.value)}`, { headers: { Accept: "application/json" } });
        const { categorie } = await r.json();
        const choix = radios.find((x) => x.value === categorie);
        if (!choix || main || choix.checked) return;
        choix.checked = true;
        dit.textContent = `Proposé : ${choix.closest("label").textContent.trim()}`;
      } catch {
        // Sans réseau, la personne choisit elle-même.
      }
    }, 350);
  });
})();
