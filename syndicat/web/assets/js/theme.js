/** Clair, sombre, ou comme le système : boutons [data-theme-choix]. */
export function brancherTheme() {
  const boutons = () => document.querySelectorAll("[data-theme-choix]");
  const courant = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const montrer = () => boutons().forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.themeChoix === courant())));
  document.addEventListener("click", (e) => {
    const b = e.target.closest("[data-theme-choix]");
    if (!b) return;
    const choix = b.dataset.themeChoix;
    try {
      if (choix === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", choix);
    } catch {
      // Sans stockage, le choix vaut pour cette page.
    }
    document.documentElement.dataset.bsTheme = choix;
    boutons().forEach((x) => x.setAttribute("aria-pressed", String(x.dataset.themeChoix === choix)));
  });
  montrer();
}
