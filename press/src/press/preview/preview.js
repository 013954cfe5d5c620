// Added to pages by `press preview` only: reloads a page at the same place when it has changed, and shows the errors
// that stand, each below the name of the file that it is in. A module, so that its names are its own.
const PLACE = 'press-preview-place'
const RETRY = 1000 // milliseconds between two attempts to reach a preview that has gone
const { mark } = document.querySelector('script[data-mark]').dataset
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

function element(name, text, style) {
  const made = document.createElement(name)
  made.textContent = text
  Object.assign(made.style, style)
  return made
}

function showErrors(errors) {
  document.querySelector('#preview-errors')?.remove()
  if (!Object.keys(errors).length) return
  const box = element('aside', '', {
    position: 'fixed', inset: 'auto 0 0 0', zIndex: 9, maxHeight: '60vh', overflow: 'auto',
    padding: '1rem 1.5rem', borderTop: '4px solid #a3231c', background: '#fff3f1', color: '#20262c',
    font: '15px/1.5 ui-monospace, Menlo, Consolas, monospace',
  })
  box.id = 'preview-errors'
  box.setAttribute('role', 'alert')
  for (const [source, message] of Object.entries(errors)) {
    box.append(element('strong', source, { color: '#a3231c' }), element('pre', message, {
      margin: '0 0 1rem', padding: 0, border: 0, background: 'none', color: 'inherit', font: 'inherit',
      whiteSpace: 'pre-wrap',
    }))
  }
  document.body.append(box)
}

function follow() {
  const page = new URLSearchParams({ page: location.pathname, mark })
  const news = new WebSocket(`ws://${location.host}/_preview/news?${page}`)
  news.onmessage = event => {
    const { reload: changed, errors } = JSON.parse(event.data)
    if (changed) reload()
    else showErrors(errors)
  }
  news.onclose = () => setTimeout(follow, RETRY)
}

follow()
