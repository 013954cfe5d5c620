-- One shape for every figure and table: pandoc's Figure and Table, with their label as identifier.

local NUMBER = '^[+-]?[%d.,]+%%?$'

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

-- Columns of numbers stand to the right, others to the left, unless the author aligned them.
local function align_numbers(tbl)
  for column, spec in ipairs(tbl.colspecs) do
    local numeric, filled = spec[1] == 'AlignDefault', false
    for _, body in ipairs(tbl.bodies) do
      for _, row in ipairs(body.body) do
        local text = row.cells[column] and pandoc.utils.stringify(row.cells[column].contents) or ''
        filled = filled or text ~= ''
        numeric = numeric and (text == '' or text:gsub('−', '-'):match(NUMBER) ~= nil)
      end
    end
    if spec[1] == 'AlignDefault' then
      tbl.colspecs[column] = { numeric and filled and 'AlignRight' or 'AlignLeft', spec[2] }
    end
  end
  return tbl
end

return {
  { Div = function(div) if div.identifier:match '^fig%-' then return figure(div) end end },
  { Figure = describe, Table = align_numbers },
}
