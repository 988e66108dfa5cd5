/** Toasts annoncés aux lecteurs d'écran, et annonces des échanges htmx. */
function region() {
  return document.getElementById("toasts");
}

export function annoncer(message, { niveau = "ok", duree = 6000 } = {}) {
  const zone = region();
  const modele = document.getElementById("modele-toast");
  if (!zone || !modele) return;
  const toast = modele.content.firstElementChild.cloneNode(true);
  toast.dataset.niveau = niveau;
  toast.querySelector("[data-toast-texte]").textContent = message;
  zone.append(toast);
  let fin;
  const partir = () => toast.remove();
  const armer = () => {
    fin = setTimeout(partir, duree);
  };
  toast.addEventListener("pointerenter", () => clearTimeout(fin));
  toast.addEventListener("pointerleave", armer);
  toast.addEventListener("focusin", () => clearTimeout(fin));
  toast.querySelector("[data-toast-fermer]").addEventListener("click", partir);
  armer();
}

export function brancherHtmx(apresEchange) {
  document.querySelectorAll("#toasts .toast").forEach((t) => {
    t.querySelector("[data-toast-fermer]")?.addEventListener("click", () => t.remove());
  });
  // Une vue peut envoyer HX-Trigger: {"annonce": {"value": "Demande attribuée"}}
  document.body.addEventListener("annonce", (e) => annoncer(e.detail.value ?? e.detail, e.detail));
  document.body.addEventListener("htmx:afterSwap", (e) => {
    apresEchange(e.detail.elt);
    const dit = e.detail.elt.querySelector?.("[data-annonce]");
    const lecture = document.getElementById("lecture");
    if (lecture) lecture.textContent = dit ? dit.dataset.annonce || dit.textContent : "";
  });
  const echec = (texte) => annoncer(texte, { niveau: "danger", duree: 12000 });
  document.body.addEventListener("htmx:sendError", () => echec("Le réseau semble coupé. Rien n’est perdu ; réessayez dans un instant."));
  document.body.addEventListener("htmx:responseError", (e) => {
    const code = e.detail.xhr.status;
    if (code === 422) return;
    echec(code === 403 ? "Vous n’avez pas le droit de faire cela." : "L’action n’a pas abouti. Rien n’est perdu ; réessayez dans un instant.");
  });
}
