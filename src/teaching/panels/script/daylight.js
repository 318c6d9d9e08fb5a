// Light or dark: what panels look at, on the pages of the site and on a page that is one file.

/** Panels look at the mark that JupyterLab's themes set; here it follows the page's own choice, else the system's. */
export function follow_the_theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  function follow() {
    const { theme } = document.body.dataset;
    const is_dark = !paper.matches && (theme === "dark" || (theme !== "light" && dark.matches));
    document.body.dataset.jpThemeLight = String(!is_dark);
  }
  follow();
  dark.addEventListener("change", follow);
  paper.addEventListener("change", follow);
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
}
