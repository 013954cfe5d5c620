// Loaded before the page is drawn, so that it is never drawn in the wrong theme.
const THEME = 'course-theme'
// A browser may forbid a page to keep anything.
const kept = {
  get(name) { try { return localStorage.getItem(name) } catch { return null } },
  set(name, value) {
    try { value === null ? localStorage.removeItem(name) : localStorage.setItem(name, value) } catch { /* not kept */ }
  },
}
document.documentElement.classList.add('js')
if (['light', 'dark'].includes(kept.get(THEME))) document.documentElement.dataset.theme = kept.get(THEME)
