-- `::: {.content-visible when-format="html"}` and `.content-hidden`: keep what this output is meant to show.

local FORMATS = FORMAT == 'typst' and { typst = true, pdf = true } or { html = true }

function Div(div)
  local visible = div.classes:includes 'content-visible'
  if not visible and not div.classes:includes 'content-hidden' then return nil end
  local here = FORMATS[div.attributes['when-format']] or false
  return here == visible and div.content or {}
end
