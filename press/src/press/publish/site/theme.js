// Loaded before the page is drawn, so that it is never drawn in the wrong theme, nor kept waiting for fonts.
const THEME = 'press-theme'
// A browser may forbid a page to keep anything.
const kept = {
  get(name) { try { return localStorage.getItem(name) } catch { return null } },
  set(name, value) {
    try { value === null ? localStorage.removeItem(name) : localStorage.setItem(name, value) } catch { /* not kept */ }
  },
}
document.documentElement.classList.add('js')
if (['light', 'dark'].includes(kept.get(THEME))) document.documentElement.dataset.theme = kept.get(THEME)

// On the first page the fonts of the text come last, and others of the same widths stand in for them; later they are at hand.
const FONTS = 'press-fonts'
const fontFaces = document.createElement('link')
fontFaces.rel = 'stylesheet'
fontFaces.href = document.currentScript.src.replace(/[^/]*$/, 'fonts.css')
if (kept.get(FONTS)) {
  document.head.append(fontFaces)
} else {
  addEventListener('load', () => {
    document.head.append(fontFaces)
    kept.set(FONTS, 'here')
  })
}
