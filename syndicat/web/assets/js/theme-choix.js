// Seul script bloquant : il pose le thème choisi avant le premier affichage.
(() => {
  try {
    const choix = localStorage.getItem("theme");
    if (choix === "light" || choix === "dark") document.documentElement.dataset.bsTheme = choix;
  } catch {
    // Stockage refusé : le thème du système s'applique.
  }
  document.documentElement.classList.add("js");
})();
