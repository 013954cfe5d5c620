// The day on which a level is read: the same lines as points of level and slope, with the population's ellipse and the
// correlation, for any day.
Playing.day = (() => {
  const { shape, withSliders, linear, ticks, below, beside, path, range, written } = Playing
  const DAYS = [-5, 10]

  // Mean and standard deviation of the level on a day, and its correlation with the slope; from the mean of level and
  // slope, and their covariance, on day 0.
  function readAt(day, [level, slope], [[first, both], [, second]]) {
    const covariance = both + day * second
    const sd = Math.sqrt(first + day * (both + covariance))
    return { mean: level + day * slope, sd, correlation: covariance / sd / Math.sqrt(second) }
  }

  // The ellipse that holds a share of the population, as points of level and slope.
  function ellipse(day, mean, covariance, share) {
    const read = readAt(day, mean, covariance)
    const radius = Math.sqrt(-2 * Math.log(1 - share))
    const [slope, spread] = [mean[1], Math.sqrt(covariance[1][1])]
    const rest = Math.sqrt(1 - read.correlation ** 2)
    return range(0, 2 * Math.PI, 100).map(angle => {
      const [one, other] = [radius * Math.cos(angle), radius * Math.sin(angle)]
      return [read.mean + read.sd * one, slope + spread * (read.correlation * one + rest * other)]
    })
  }

  // How far from the mean level the ellipses and the people get, whatever the day: farthest on the first or the last.
  function reach(lines, mean, covariance, shares) {
    return Math.max(...DAYS.flatMap(day => {
      const read = readAt(day, mean, covariance)
      const people = lines.map(([level, slope]) => level + slope * day)
      const outlines = shares.flatMap(share => ellipse(day, mean, covariance, share).map(([level]) => level))
      return [...people, ...outlines].map(level => Math.abs(level - read.mean))
    }))
  }

  function build({ lines, mean, covariance, day, shares }, stage) {
    const half = 1.05 * reach(lines, mean, covariance, shares)
    const waist = -covariance[0][1] / covariance[1][1]
    const slider = {
      label: 'Day on which the level is read', min: DAYS[0], max: DAYS[1], step: 0.1, value: day,
      say: value => `day ${written(value, 1)}`,
    }
    withSliders(stage, 'A population of lines, its level read on any day', [slider], ([at], plot, tell) => {
      const read = readAt(at, mean, covariance)
      const where = Math.abs(at - waist) < 0.5 ? 'Here the lines are closest, and a level says nothing of a slope.'
        : at < waist ? 'Before the waist: who is high here is flatter.'
        : 'After the waist: who is high here is steeper.'
      const sentence = `Level read at day ${written(at, 1)}: standard deviation ${written(read.sd, 1)} ms, and `
        + `correlation ${written(read.correlation, 2)} with the slope. ${where}`
      tell('Lines; level and slope of each as a point; a curve.', sentence)

      const { width, height } = plot
      const stacked = width < 560
      const right = stacked ? width - 8 : width * 0.5
      const cuts = stacked ? [0, height * 0.34, height * 0.6] : [0, height * 0.6, 0]
      const ends = stacked ? [cuts[1], cuts[2], height] : [cuts[1], height, height]
      plot.show(
        linesPanel(at, { left: 40, right, top: cuts[0] + 18, bottom: ends[0] - 40 }),
        curvePanel(at, read, { left: 40, right, top: cuts[1] + 22, bottom: ends[1] - 40 }),
        planePanel(at, read, {
          left: stacked ? 40 : width * 0.5 + 56, right: width - 14, top: cuts[2] + 22, bottom: ends[2] - 40,
        }),
      )
    })

    function linesPanel(at, box) {
      const x = linear(DAYS, [box.left, box.right]), y = linear([60, 500], [box.bottom, box.top])
      const edge = sign => range(...DAYS, 61).map(d => {
        const read = readAt(d, mean, covariance)
        return [x(d), y(read.mean + sign * 2 * read.sd)]
      })
      return [
        path([...edge(-1), ...edge(1).reverse()], { class: 'filled' }),
        lines.map(([level, slope]) =>
          path(DAYS.map(d => [x(d), y(level + slope * d)]), { class: 'linked thin' })),
        lines.map(([level, slope]) => shape('circle', { class: 'ink', cx: x(at), cy: y(level + slope * at), r: 2.2 })),
        shape('line', { class: 'rule dotted', x1: x(at), x2: x(at), y1: box.bottom, y2: box.top }),
        below(x, box.bottom, 'Day of the study', [-5, 0, 5, 10]),
        beside(y, box.left, 'Reaction time (ms)', ticks(y.domain, 4)),
      ]
    }

    function curvePanel(at, read, box) {
      const x = linear(DAYS, [box.left, box.right]), y = linear([-1, 1], [box.bottom, box.top])
      const curve = range(...DAYS, 61).map(d => [x(d), y(readAt(d, mean, covariance).correlation)])
      return [
        shape('line', { class: 'grid', x1: x(DAYS[0]), x2: x(DAYS[1]), y1: y(0), y2: y(0) }),
        path(curve, { class: 'linked' }),
        shape('line', { class: 'rule dotted', x1: x(at), x2: x(at), y1: box.bottom, y2: box.top }),
        shape('circle', { class: 'linked', cx: x(at), cy: y(read.correlation), r: 5 }),
        below(x, box.bottom, 'Day on which the level is read', [-5, 0, 5, 10]),
        beside(y, box.left, 'Correlation of level and slope', [-1, 0, 1]),
      ]
    }

    function planePanel(at, read, box) {
      const x = linear([read.mean - half, read.mean + half], [box.left, box.right])
      const y = linear([-6, 27], [box.bottom, box.top])
      return [
        shares.map((share, k) => path(
          ellipse(at, mean, covariance, share).map(([level, slope]) => [x(level), y(slope)]),
          { class: k ? 'linked thin' : 'linked' })),
        lines.map(([level, slope]) =>
          shape('circle', { class: 'ink', cx: x(level + slope * at), cy: y(slope), r: 3.2 })),
        below(x, box.bottom, `Level at day ${written(at, 1)} (ms)`, ticks(x.domain, 4)),
        beside(y, box.left, '', ticks(y.domain, 5)),
        shape('text', { x: box.left - 38, y: box.top - 8 }, 'Slope (ms per day)'),
      ]
    }
  }

  Playing.start('figures/day.js', build)
  return { readAt, ellipse }
})()
