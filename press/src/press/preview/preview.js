// Added to pages by `press preview` only: reloads the page at the same place when it has changed, and shows errors.
const PLACE = 'press-preview-place'
const boxes = () => [...document.querySelectorAll('details')]

const place = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null')
sessionStorage.removeItem(PLACE)
if (place?.page === location.pathname) {
  const all = boxes()
  if (all.length === place.boxes.length) all.forEach((box, i) => { box.open = place.boxes[i] })
  history.scrollRestoration = 'manual'
  scrollTo({ top: place.top, behavior: 'instant' })
  addEventListener('load', () => scrollTo({ top: place.top, behavior: 'instant' }))
}

function reload() {
  sessionStorage.setItem(PLACE, JSON.stringify({
    page: location.pathname, top: scrollY, boxes: boxes().map(box => box.open),
  }))
  location.reload()
}

function showError(text) {
  document.querySelector('#preview-error')?.remove()
  if (!text) return
  const box = document.createElement('pre')
  box.id = 'preview-error'
  box.setAttribute('role', 'alert')
  box.textContent = text
  Object.assign(box.style, {
    position: 'fixed', inset: 'auto 0 0 0', zIndex: 9, maxHeight: '60vh', overflow: 'auto', margin: 0,
    padding: '1rem 1.5rem', borderRadius: 0, borderTop: '4px solid #a3231c', background: '#fff3f1', color: '#20262c',
    font: '15px/1.5 ui-monospace, Menlo, Consolas, monospace', whiteSpace: 'pre-wrap',
  })
  document.body.append(box)
}

const page = decodeURI(location.pathname).replace(/^\//, '').replace(/(^|\/)$/, '$1index.html')
const events = new EventSource('/_preview/events?' + document.currentScript.dataset.mark)
events.onmessage = event => {
  const item = JSON.parse(event.data)
  if (item.pages === 'all' || item.pages.includes(page)) reload()
  else showError(item.error)
}
