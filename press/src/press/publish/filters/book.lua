-- A reader for pandoc: many Markdown files in, one document out. Every chapter is parsed on its own, so that
-- two chapters may use the same footnote label, and becomes one Div with the class `chapter`.

local function first_heading(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 then return block end
  end
end

function Reader(inputs)
  local chapters = pandoc.Blocks {}
  for _, input in ipairs(inputs) do
    local name = input.name
    local chapter = pandoc.read(input.text, 'markdown')
    local stem = name:gsub('%.md$', '')
    local attributes = { page = stem .. '.html' }
    for _, key in ipairs { 'title', 'subtitle', 'description' } do
      if chapter.meta[key] then attributes[key] = pandoc.utils.stringify(chapter.meta[key]) end
    end
    local blocks = chapter.blocks
    if attributes.title and not first_heading(blocks) then
      blocks:insert(1, pandoc.Header(1, attributes.title, pandoc.Attr('', {})))
    end
    chapters:insert(pandoc.Div(blocks, pandoc.Attr('', { 'chapter' }, attributes)))
  end
  return pandoc.Pandoc(chapters)
end
