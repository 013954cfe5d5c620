-- `$$…$$ {#eq-x}`: a displayed equation with a label becomes a Div that carries it.

local function label_after(inlines, position)
  local follower = inlines[position + 1]
  if follower and (follower.t == 'Space' or follower.t == 'SoftBreak') then
    position = position + 1
    follower = inlines[position + 1]
  end
  local label, rest = (follower and follower.t == 'Str' and follower.text or ''):match '^{#(eq%-[%w%-_]+)}(.*)$'
  return label, rest, position + 1
end

local function slice(inlines, first, last)
  local part = pandoc.Inlines {}
  for i = first, last do part:insert(inlines[i]) end
  while #part > 0 and (part[1].t == 'Space' or part[1].t == 'SoftBreak') do part:remove(1) end
  while #part > 0 and (part[#part].t == 'Space' or part[#part].t == 'SoftBreak') do part:remove() end
  return part
end

local function split(paragraph)
  local inlines = paragraph.content
  for i, inline in ipairs(inlines) do
    if inline.t == 'Math' and inline.mathtype == 'DisplayMath' then
      local label, rest, stop = label_after(inlines, i)
      if label then
        local blocks = pandoc.Blocks {}
        local before, after = slice(inlines, 1, i - 1), slice(inlines, stop + 1, #inlines)
        if rest ~= '' then after:insert(1, pandoc.Str(rest)) end
        if #before > 0 then blocks:insert(pandoc.Para(before)) end
        blocks:insert(pandoc.Div({ pandoc.Para { inline } }, pandoc.Attr(label, { 'equation' })))
        if #after > 0 then blocks:extend(split(pandoc.Para(after)) or { pandoc.Para(after) }) end
        return blocks
      end
    end
  end
end

-- Most paragraphs have no such label, and their words alone say so, sooner than element by element.
local function with_equations(paragraph)
  return pandoc.utils.stringify(paragraph):find '{#eq%-' and split(paragraph) or nil
end

return { { Para = with_equations, Plain = with_equations } }
