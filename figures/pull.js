// How much a subject is pulled: what the own rows say of a level, what the population says, and the estimate between
// them, for any number of rows, σ and τ.
Playing.pull = (() => {
  const { shape, withSliders, linear, ticks, below, path, range, written } = Playing
  const MARGIN = 110 // ms beyond the centre and the own rows

  // The weight of the own rows, the mean and the standard deviation of the level; any unit, the same for all.
  function pulled({ rows, sigma, tau, own, centre }) {
    const fromRows = rows / sigma ** 2
    const weight = tau === 0 ? 0 : fromRows / (fromRows + 1 / tau ** 2)
    const sd = tau === 0 ? 0 : 1 / Math.sqrt(fromRows + 1 / tau ** 2)
    return { weight, mean: weight * own + (1 - weight) * centre, sd }
  }

  function build({ subject, own, centre, rows, sigma, tau, most }, stage) {
    const ms = value => `${written(value)} ms`
    const sliders = [
      { label: 'Rows *n*', min: 1, max: most.rows, step: 1, value: rows, say: written },
      { label: 'Scatter of the days *σ*', min: 1, max: most.sigma, step: 1, value: sigma, say: ms },
      { label: 'Differences of people *τ*', min: 0, max: most.tau, step: 1, value: tau, say: ms },
    ]
    withSliders(stage, 'How much a subject is pulled', sliders, ([n, noise, spread], plot, tell) => {
      const { weight, mean, sd } = pulled({ rows: n, sigma: noise, tau: spread, own, centre })
      const sentence = `Own rows of ${subject}: ${written(own)} ms, centre: ${written(centre)} ms. The own rows weigh `
        + `${written(weight, 2)}, the population ${written(1 - weight, 2)}: the estimate is ${written(mean)} ms, `
        + `pulled ${written(100 * (1 - weight))} % of the way.`
      tell('Three bell curves over the level in ms.', sentence)

      const { width, height } = plot
      const floor = height - 40, top = 46, line = 28
      const x = linear([Math.min(centre, own) - MARGIN, Math.max(centre, own) + MARGIN], [8, width - 8])
      // Each bell has the same height: compared are widths and places.
      const bell = (middle, sd, name) => sd > 0 && path(
        range(Math.max(middle - 5 * sd, x.domain[0]), Math.min(middle + 5 * sd, x.domain[1]), 120)
          .map(at => [x(at), floor - (floor - top) * Math.exp(-0.5 * ((at - middle) / sd) ** 2)]), { class: name })
      const mark = (at, name, from = top) => shape('line', { class: name, x1: x(at), x2: x(at), y1: floor, y2: from })
      const disc = (at, name, r) => shape('circle', { class: name, cx: x(at), cy: line, r })
      const title = (at, name, said) => shape('text', { class: name, x: x(at), y: 14, 'text-anchor': 'middle' }, said)
      plot.show(
        below(x, floor, 'Level: reaction time at the mean day (ms)', ticks(x.domain, width / 90)),
        bell(centre, spread, 'complete'), bell(own, noise / Math.sqrt(n), 'none'), bell(mean, sd, 'partial thick'),
        mark(centre, 'complete dashed'), mark(own, 'none dashed'), mark(mean, 'partial thick', line),
        shape('line', { class: 'rule thin', x1: x(centre), x2: x(own), y1: line, y2: line }),
        disc(mean, 'partial', 7), disc(centre, 'complete', 4), disc(own, 'none', 4),
        title(centre, 'complete', 'population'), title(own, 'none', 'own rows'),
      )
    })
  }

  Playing.start('figures/pull.js', build)
  return { pulled }
})()
