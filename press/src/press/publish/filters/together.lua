-- What touches a formula stays with it: between text and MathML, browsers break a line even before a comma. Formulas
-- are MathML by now (see math.lua); the stylesheet keeps what stands in `together` on one line.

local QUOTES = { DoubleQuote = { '“', '”' }, SingleQuote = { '‘', '’' } }
local DIVISIBLE = { Emph = true, Strong = true, Strikeout = true, Underline = true, SmallCaps = true }
local WITHOUT = { Str = true, Space = true, SoftBreak = true, Code = true } -- a formula, for sure

local function is_together(inline)
  return inline ~= nil and inline.t == 'Span' and inline.classes:includes 'together'
end

-- Whether an inline is a formula, also with what touches it, or marked as something.
local function is_formula(inline)
  if inline == nil then return false end
  if inline.t == 'RawInline' then return inline.text:match '^<math' ~= nil end
  return is_together(inline) or inline.t ~= 'Note' and inline.t ~= 'Image' and inline.content ~= nil
    and #inline.content == 1 and is_formula(inline.content[1])
end

local function with_quotes_as_text(inlines)
  local flat = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local marks = inline.t == 'Quoted' and QUOTES[inline.quotetype]
    if marks then flat:insert(pandoc.Str(marks[1])) end
    if marks then flat:extend(inline.content) else flat:insert(inline) end
    if marks then flat:insert(pandoc.Str(marks[2])) end
  end
  return flat
end

-- `*a formula $x$*,` is `*a formula* *$x$*,`: what is marked may still break before the formula.
local function with_formulas_apart(inlines)
  local apart = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local content = DIVISIBLE[inline.t] and inline.content or {}
    local function part(first, last)
      local copy = inline:clone()
      copy.content = pandoc.Inlines { table.unpack(content, first, last) }
      if first <= last then apart:insert(copy) end
    end
    local first = #content > 1 and is_formula(content[1]) and 2 or 1
    local last = #content > 1 and is_formula(content[#content]) and #content - 1 or #content
    if first == 1 and last == #content then
      apart:insert(inline)
    else
      part(1, first - 1)
      part(first, last)
      part(last + 1, #content)
    end
  end
  return apart
end

-- Whether a formula stands among inlines, or in what is marked there.
local function has_formula(inlines)
  for _, inline in ipairs(inlines) do
    local kind = inline.t
    if not WITHOUT[kind] then
      local divided = kind == 'Quoted' or DIVISIBLE[kind]
      if is_formula(inline) or divided and has_formula(inline.content) then return true end
    end
  end
  return false
end

function Inlines(inlines)
  if not has_formula(inlines) then return nil end -- what is returned is read anew, which takes long
  local joined = pandoc.Inlines {}
  for _, inline in ipairs(with_formulas_apart(with_quotes_as_text(inlines))) do
    if is_together(joined[#joined]) and (inline.t == 'Str' or is_formula(inline)) then
      joined[#joined].content:insert(inline)
    elseif is_formula(inline) then
      local content = pandoc.Inlines { inline }
      while #joined > 0 and joined[#joined].t == 'Str' do content:insert(1, joined:remove()) end
      joined:insert(pandoc.Span(content, pandoc.Attr('', { 'together' })))
    else
      joined:insert(inline)
    end
  end
  return joined:map(function(inline)
    local alone = is_together(inline) and #inline.content == 1
    return alone and inline.content[1] or inline
  end)
end
