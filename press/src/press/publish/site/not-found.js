// On the page for wrong addresses, where the book does not know its own: nobody can tell at which depth the page is
// read, nor in which folder of its host the site stands. So its links begin at the host's root, and if the site is not
// there, this looks for it in the folders of the address, the innermost first.
addEventListener('DOMContentLoaded', async () => {
  const isSite = async folder => (await fetch(folder + 'library/theme.js', { method: 'HEAD' })).ok
  const steps = location.pathname.split('/').slice(1, -1)
  const folders = steps.map((_, depth) => '/' + steps.slice(0, depth + 1).join('/') + '/').reverse()
  if (await isSite('/')) return
  for (const folder of folders) {
    if (!await isSite(folder)) continue
    document.body.dataset.root = folder
    // A script that could not be loaded is tried again only as an element of its own, one after the other.
    for (const old of document.querySelectorAll('[href^="/"], [src^="/"]')) {
      const moved = document.createElement(old.localName)
      for (const { name, value } of old.attributes) {
        moved.setAttribute(name, name === 'href' || name === 'src' ? folder + value.slice(1) : value)
      }
      moved.async = false
      moved.append(...old.childNodes)
      old.replaceWith(moved)
    }
    return
  }
})
