-- Text that stands in an attribute, such as a title, as inlines: Markdown in one line, where a `<` is a `<`. Not a
-- filter: callouts.lua and cells.lua load it.

-- Read as a heading, "1. First" is no list, and the text is never more than one block.
local MARKDOWN = 'markdown-raw_html-native_divs-native_spans-raw_tex-raw_attribute-header_attributes-footnotes'
  .. '-inline_notes'

local known = {} -- most titles are "Solution", and to read one takes as long as a paragraph

return function(text)
  if not known[text] then
    local heading = pandoc.read('# ' .. text:gsub('%s+', ' '), MARKDOWN).blocks[1]
    known[text] = heading and heading.content or pandoc.Inlines {}
  end
  return known[text]:clone()
end
