-- A number stays with its unit: "89 %" and "162 ms" do not part at the end of a line.

local UNITS = { '^%%', '^ms%f[^%w]' }

local function ends_in_number(inline)
  return inline.t == 'Str' and inline.text:match '%d$' ~= nil or inline.t == 'Math'
end

local function starts_with_unit(inline)
  if inline.t ~= 'Str' then return false end
  for _, unit in ipairs(UNITS) do
    if inline.text:match(unit) then return true end
  end
  return false
end

local function joined(inlines)
  local changed = false
  for i = 2, #inlines - 1 do
    local between = inlines[i].t == 'Space' or inlines[i].t == 'SoftBreak'
    if between and ends_in_number(inlines[i - 1]) and starts_with_unit(inlines[i + 1]) then
      inlines[i] = pandoc.Str '\u{a0}'
      changed = true
    end
  end
  return changed and inlines or nil -- what is returned is read anew, which takes long
end

-- Most paragraphs have no unit, and their words alone say so, sooner than element by element.
local function with_units(block)
  local words = pandoc.utils.stringify(block)
  return (words:find ' %%' or words:find ' ms') and block:walk { Inlines = joined } or nil
end

return { { Para = with_units, Plain = with_units, Header = with_units } }
