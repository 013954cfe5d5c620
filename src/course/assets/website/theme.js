// Loaded before the page is drawn, so that it is never drawn in the wrong theme, and seldom in other fonts.
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

// The stylesheet drops a font that comes late, lest the text moves. So the fonts of every page are asked for first; and
// as files, which come at once but cannot be asked for so, they have a stylesheet that waits.
function addToHead(attributes) {
  document.head.append(Object.assign(document.createElement('link'), attributes))
}
const library = document.currentScript.src.replace(/[^/]*$/, '')
if (location.protocol === 'file:') {
  addToHead({ rel: 'stylesheet', href: library + 'as-file.css' })
} else {
  for (const name of ['serif', 'sans']) {
    addToHead({ rel: 'preload', as: 'font', type: 'font/woff2', crossOrigin: '', href: `${library}fonts/${name}.woff2` })
  }
}
