-- Formulas as MathJax and KaTeX read them alike, each in one line: a line that begins with a quotation's `>` or in a
-- list would be part of the formula. Not a filter: notebook.lua loads it.

local REWRITES = {
  { '\\bm%f[%A]', '\\boldsymbol' },
  { '\\coloneqq%f[%A]', '\\mathrel{:=}' },
  { '\\(%a+){align%*?}', '\\%1{aligned}' }, -- within `$$…$$`, and before a \tag
  { '\\(%a+){gather%*?}', '\\%1{gathered}' },
}

local function one_line(tex)
  for _, rewrite in ipairs(REWRITES) do tex = tex:gsub(rewrite[1], rewrite[2]) end
  -- A `$` would end the formula.
  tex = tex:gsub('([^\\])%$([^$]*[^\\$])%$', '%1\\(%2\\)')
  return (tex:gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', ''))
end

local function readable(math)
  return pandoc.Math(math.mathtype, one_line(math.text))
end

-- Where a bar would end the cell of a table.
local function without_bars(math)
  return pandoc.Math(math.mathtype, (math.text:gsub('\\|', '\\Vert '):gsub('|', '\\vert ')))
end

-- An equation with its number.
local function tagged(div)
  return div:walk { Math = function(math)
    return pandoc.Math('DisplayMath', ('%s \\tag{%s}'):format(math.text, div.attributes.number))
  end }.content
end

return { readable = readable, without_bars = without_bars, tagged = tagged }
