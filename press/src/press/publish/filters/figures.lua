-- One shape for every figure: pandoc's Figure, with its label as identifier.

-- `::: {#fig-x}`: the last paragraph is the caption, the rest is the figure.
local function figure(div)
  local last = div.content[#div.content]
  local caption = pandoc.Blocks {}
  if last and last.t == 'Para' and #div.content > 1 then
    caption:insert(pandoc.Plain(div.content:remove().content))
  end
  return pandoc.Figure(div.content, { long = caption }, div.attr)
end

-- The description may stand on the figure (where Quarto takes it) or on the image. An image that is alone in
-- its paragraph needs no paragraph.
local function describe(fig)
  local text = fig.attributes['fig-alt']
  fig.attributes['fig-alt'] = nil
  return fig:walk { Para = function(paragraph) return pandoc.Plain(paragraph.content) end, Image = function(image)
    if text and not image.attributes.alt then image.attributes.alt = text end
    return image
  end }
end

return {
  { Div = function(div) if div.identifier:match '^fig%-' then return figure(div) end end },
  { Figure = describe },
}
