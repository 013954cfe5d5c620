// The funnel: one posterior of a spread and a person's level in two coordinate systems, centred and non-centred, for
// any true spread and number of rows, with independent draws from it.
Playing.funnel = (() => {
  const { shape, withSliders, drawnWords, linear, below, beside, path, range, written } = Playing
  const MARKS = [0.01, 0.1, 1, 10]

  // The posterior of log τ on a grid, and the level of one of the people given τ; all in units of σ. Means of the
  // people's rows are as far from zero as people who differ by `tau` would show; the prior of τ is Exponential(1).
  function spreadAndLevel({ rows, tau, quantiles, chosen, grid: [from, to, count] }) {
    const logTau = range(from, to, count)
    const means = quantiles.map(each => each * Math.sqrt(tau ** 2 + 1 / rows))
    const squares = means.reduce((sum, each) => sum + each ** 2, 0)
    const logDensity = logTau.map(t => {
      const variance = Math.exp(2 * t) + 1 / rows
      return -0.5 * (means.length * Math.log(variance) + squares / variance) - Math.exp(t) + t
    })
    const most = Math.max(...logDensity)
    const heights = logDensity.map(each => Math.exp(each - most))
    const total = heights.reduce((sum, each) => sum + each, 0)
    const own = logTau.map(t => 1 / (1 + Math.exp(-2 * t) / rows))
    let sum = 0
    const weight = heights.map(each => each / total)
    return {
      logTau, weight,
      below: weight.map(each => (sum += each) - each / 2),
      mean: own.map(each => each * means[chosen]),
      sd: own.map(each => Math.sqrt(each / rows)),
    }
  }

  // The value of `ys` at a value of `xs`, which ascend; beyond them it stays.
  function between(at, xs, ys) {
    let k = xs.findIndex(x => x >= at)
    if (k <= 0) return k ? ys.at(-1) : ys[0]
    return ys[k - 1] + (ys[k] - ys[k - 1]) * (at - xs[k - 1]) / (xs[k] - xs[k - 1])
  }

  // Independent draws of log τ and the level.
  function drawn(found, uniform, normal) {
    return uniform.map((u, k) => {
      const t = between(u, found.below, found.logTau)
      const level = between(t, found.logTau, found.mean) + normal[k] * between(t, found.logTau, found.sd)
      return { logTau: t, level }
    })
  }

  // How often the width at the narrowest place goes into the whole: what a sampler with steps of one length has to
  // master. Places are values of τ within central probabilities; `offset` says whether widths are those of z = α/τ.
  function unevenness(found, offset, [low, high]) {
    const scale = found.logTau.map(t => offset ? Math.exp(t) : 1)
    const mean = found.mean.map((each, k) => each / scale[k])
    const sd = found.sd.map((each, k) => each / scale[k])
    const average = of => found.weight.reduce((sum, each, k) => sum + each * of(k), 0)
    const middle = average(k => mean[k])
    const whole = Math.sqrt(average(k => sd[k] ** 2 + (mean[k] - middle) ** 2))
    return whole / Math.min(...sd.filter((_, k) => found.below[k] > low && found.below[k] < high))
  }

  function build({ rows, tau, most, quantiles, chosen, uniform, normal, grid, central }, stage) {
    const inSigma = value => `${written(value, 2)} *σ*`
    const sliders = [
      { label: 'Rows a subject *n*', min: 1, max: most.rows, step: 1, value: rows, say: written },
      { label: 'True spread *τ*', min: 0, max: most.tau, step: 0.05, value: tau, say: inSigma },
    ]
    withSliders(stage, 'The funnel in two coordinate systems', sliders, ([n, truth], plot, tell) => {
      const found = spreadAndLevel({ rows: n, tau: truth, quantiles, chosen, grid })
      const draws = drawn(found, uniform, normal)
      const [centred, other] = [false, true].map(offset => unevenness(found, offset, central))
      const winner = centred < other / 1.1 ? 'The centred form is easier to sample.'
        : other < centred / 1.1 ? 'The non-centred form is easier to sample.'
        : 'Both forms are about as easy to sample.'
      const sentence = `As a whole, the centred form is ${written(centred, 1)} times as wide as at its narrowest `
        + `place, the non-centred form ${written(other, 1)} times. ${winner}`
      tell(`Two clouds of ${draws.length} draws of *τ* over a level.`, sentence)

      const { width, height } = plot
      const stacked = width < 480
      const [wide, tall] = stacked ? [width - 48, height / 2] : [(width - 70) / 2, height]
      const seen = found.below.flatMap((each, k) => each > 0.002 && each < 0.998 ? [k] : [])
      const titles = ['Centred: level *α*', 'Non-centred: offset *z* = *α*/*τ*']
      plot.show(titles.map((title, place) => {
        const offset = place === 1
        const left = stacked ? 44 : 44 + place * (wide + 22)
        const top = stacked ? place * tall : 0
        const x = linear([-3, 4], [left, left + wide])
        const y = linear([grid[0], grid[1]], [top + tall - 22, top + 22])
        const at = (value, t) => Math.min(Math.max(x(offset ? value / Math.exp(t) : value), left), left + wide)
        const edge = sign => seen.map(
          k => [at(found.mean[k] + sign * 1.96 * found.sd[k], found.logTau[k]), y(found.logTau[k])])
        const inside = draws.filter(each => Math.abs(at(each.level, each.logTau) - left - wide / 2) < wide / 2)
        return [
          path([...edge(-1), ...edge(1).reverse()], { class: 'filled' }),
          inside.map(each => shape('circle', {
            class: 'partial', cx: at(each.level, each.logTau), cy: y(each.logTau), r: 1.8,
          })),
          truth > 0.01 && shape('line', {
            class: 'rule dotted', x1: left, x2: left + wide, y1: y(Math.log(truth)), y2: y(Math.log(truth)),
          }),
          below(x, top + tall - 22, '', [-2, 0, 2]),
          shape('text', { x: left + wide / 2, y: top + 13, 'text-anchor': 'middle' }, drawnWords(title)),
          (stacked || !place)
            && beside(y, left, '*τ* / *σ*', MARKS.map(Math.log), t => String(+Math.exp(t).toFixed(2))),
        ]
      }))
    })
  }

  Playing.start('figures/funnel.js', build)
  return { spreadAndLevel, between, drawn, unevenness }
})()
