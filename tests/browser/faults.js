// What is wrong with a page as the browser has laid it out: an expression for tests, with one list of faults a kind.
(() => {
  const quoted = element => element.outerHTML.replace(/<annotation.*?<\/annotation>/gs, '').replace(/<[^>]*>/g, '')
  const box = element => element.getBoundingClientRect()
  const size = element => parseFloat(getComputedStyle(element).fontSize)
  const formulas = [...document.querySelectorAll('main math')].filter(formula => box(formula).width)
  const leaves = element => [...element.querySelectorAll('mi, mn, mo')].filter(leaf => box(leaf).width > 0.5)
  const found = []
  const note = (kind, formula, detail) => found.push(`${kind}: ${detail} in ${quoted(formula)}`)

  // Firefox gives a letter the height of its line, others that of its ink: so a third of a line may overlap.
  function overlap(one, other) {
    const [a, b] = [box(one), box(other)]
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.35 * size(one)
  }
  // An accent stands over its letter, and signs moved together by the author stand together.
  const meant = (one, other) => one.closest('mover')?.contains(other) || one.parentElement.querySelector('[width^="-"]')

  function checkOverlaps(formula) {
    const parts = leaves(formula)
    parts.forEach((one, i) => parts.slice(i + 1).forEach(other => {
      if (overlap(one, other) && !meant(one, other)) note('overlap', formula, `${one.textContent} ${other.textContent}`)
    }))
  }

  function checkRoom(formula) {
    const parts = leaves(formula)
    parts.forEach((sign, i) => {
      if (sign.textContent !== '−' || sign.getAttribute('rspace') === '0') return
      const [before, after] = [parts[i - 1], parts[i + 1]]
      if (before && after && box(after).left - box(before).right < size(sign)) note('no room', formula, 'a minus')
    })
  }

  function checkPlace(formula) {
    const scrolling = formula.closest('.formula')
    if (scrolling && scrolling.scrollWidth > scrolling.clientWidth + 1) note('too wide', formula, 'all')
    const page = box(scrolling ?? document.querySelector('main'))
    for (const leaf of leaves(formula)) {
      const { left, right, top, bottom } = box(leaf)
      const inside = left > page.left - 1 && right < page.right + 1
      const whole = !scrolling || top > page.top - 1 && bottom < page.bottom + 1
      if (!inside || !whole) note('outside', formula, leaf.textContent)
    }
  }

  function checkAccents(formula) {
    for (const over of formula.querySelectorAll('mover[accent="true"]')) {
      const [base, sign] = over.children
      if (over.matches('.line-over')) {
        const [first, last] = [leaves(base).at(0), leaves(base).at(-1)].map(box)
        const highest = Math.min(...leaves(base).map(leaf => box(leaf).top))
        const line = box(base)
        const whole = line.left < first.left + 1 && line.right > last.right - 1
        const drawn = parseFloat(getComputedStyle(base).borderTopWidth) > 0 && box(sign).width < 1
        if (!whole || !drawn || highest - line.top > 0.4 * size(base)) note('line', formula, base.textContent)
      } else {
        const gap = box(base).top - box(sign).bottom
        if (box(sign).height > 0.55 * size(base) || gap > 0.3 * size(base)) note('floats', formula, sign.textContent)
      }
    }
  }

  // A fraction in a line is smaller than one that is displayed.
  function checkFractions(formula) {
    if (formula.getAttribute('display') !== 'inline') return
    for (const part of formula.querySelectorAll(':not([displaystyle="true"]) > mfrac > *')) {
      if (size(part) > 0.8 * size(formula)) note('a large fraction', formula, part.textContent)
    }
  }

  // A root ends where what is in it ends, and its sign does not hang far below.
  function checkRoots(formula) {
    for (const root of formula.querySelectorAll('msqrt')) {
      const whole = box(root)
      const parts = [...root.children].map(box)
      const [right, bottom] = ['right', 'bottom'].map(side => Math.max(...parts.map(part => part[side])))
      if (whole.right - right > 0.1 * size(root)) note('a gap after the root', formula, root.textContent)
      const hangs = (whole.bottom - bottom) / size(root)
      if (whole.height < 1.5 * size(root) && hangs > 0.3) note('hangs', formula, root.textContent)
    }
  }

  // The texts right before and behind a formula, if they touch it: [their sign, its box].
  function touching(formula) {
    const block = formula.closest('p, li, td, th, figcaption, caption, h1, h2, h3, h4, dd, summary, .preview')
    const texts = document.createTreeWalker(block ?? formula.parentElement, NodeFilter.SHOW_TEXT)
    const [before, after] = [[], []]
    while (texts.nextNode()) {
      const text = texts.currentNode
      if (text.parentElement.closest('math')) continue
      const place = formula.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING ? after : before
      place.push(text)
    }
    return [[before.at(-1), -1], [after[0], 0]].filter(([text, at]) => text && /\S/.test(text.data.at(at)))
      .map(([text, at]) => {
        const range = document.createRange()
        const start = at < 0 ? text.data.length - 1 : 0
        range.setStart(text, start)
        range.setEnd(text, start + 1)
        return [text.data.at(at), range.getBoundingClientRect()]
      })
  }

  // Whatever the width of the page, or else one would have to be lucky to see a fault.
  function checkPunctuation() {
    const inline = formulas.filter(formula => formula.getAttribute('display') === 'inline')
    const column = document.querySelector('main')
    const width = column.clientWidth
    for (let narrower = 0; narrower < 80; narrower += 10) {
      column.style.width = `${width - narrower}px`
      for (const formula of inline) {
        const { top, bottom, height } = box(formula)
        for (const [sign, at] of touching(formula)) {
          if (height && at.height && (at.top > bottom || at.bottom < top)) note('torn off', formula, sign)
        }
      }
    }
    column.style.width = ''
  }

  for (const formula of formulas) {
    checkOverlaps(formula)
    checkRoom(formula)
    checkPlace(formula)
    checkAccents(formula)
    checkRoots(formula)
    checkFractions(formula)
  }
  checkPunctuation()
  for (const date of document.querySelectorAll('time')) {
    if (date.getClientRects().length > 1) found.push(`breaks: ${date.textContent}`)
  }
  const { scrollWidth } = document.scrollingElement
  if (scrollWidth > innerWidth) found.push(`sideways: the page is ${scrollWidth - innerWidth} px too wide`)
  return [...new Set(found)]
})()
