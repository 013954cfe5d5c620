// Loaded before the page is drawn, so that it is never drawn in the wrong theme, nor moved by fonts that come late.
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

// The fonts of the text. On a reader's first page others stand in for them to the end (style.css), and they are fetched
// when all else is there. Later pages ask for them first of all, and do without one that is not there when the page is
// drawn (display: optional). So no page moves, and none waits.
const FONTS = 'press-fonts'
const library = document.currentScript.src.replace(/[^/]*$/, '')
const faces = [['Course Serif', 'serif'], ['Course Serif', 'serif-italic', 'italic'], ['Course Sans', 'sans']].map(
  ([family, file, style]) => new FontFace(
    family, `url("${library}fonts/${file}.woff2")`, { style, weight: '200 900', display: 'optional' }))
const loadFaces = () => Promise.all(faces.map(face => face.load())).then(() => kept.set(FONTS, 'here'), () => {})
if (kept.get(FONTS)) {
  for (const face of faces) document.fonts.add(face)
  loadFaces()
} else {
  addEventListener('load', loadFaces)
}
