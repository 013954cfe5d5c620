-- Cells: code that folds (in HTML), outputs tied to their code, and in the PDF functions of the template
-- in place of Divs.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local inlines = dofile(pandoc.path.join { HERE, 'inlines.lua' })

local function take(attributes, key)
  local value = attributes[key]
  attributes[key] = nil
  return value
end

local function call(name, blocks)
  local all = pandoc.Blocks { pandoc.RawBlock('typst', '#' .. name .. '[') }
  all:extend(blocks)
  all:insert(pandoc.RawBlock('typst', ']'))
  return all
end

local function code(block)
  local fold = take(block.attributes, 'code-fold')
  local title = take(block.attributes, 'code-summary') or 'Show the code'
  if not (fold == 'true' or fold == 'show') then return block end
  -- Nothing folds on paper, and in few readers.
  if FORMAT == 'typst' or FORMAT == 'epub3' then title = title:gsub('^Show the (%a)', string.upper) end
  local summary = pandoc.Plain(inlines(title))
  if FORMAT == 'typst' then return call('folded-code', { summary, pandoc.RawBlock('typst', ']['), block }) end
  if FORMAT == 'epub3' then return { pandoc.Div({ summary }, pandoc.Attr('', { 'folded-title' })), block } end
  local state = fold == 'show' and ' open' or ''
  return {
    pandoc.RawBlock('html', '<details class="code-fold"' .. state .. '>\n<summary>'),
    summary,
    pandoc.RawBlock('html', '</summary>'),
    block,
    pandoc.RawBlock('html', '</details>'),
  }
end

local parts = {} -- page -> title of the part that begins with it

-- typst has no classes: what is left of a Div is its content, in the function that sets it.
local function typst_div(div)
  local classes = div.classes
  if classes:includes 'equation' then
    local paragraph = div.content[1]
    paragraph.content:insert(1, pandoc.RawInline('typst', ('#numbered-formula("(%s)")['):format(div.attributes.number)))
    paragraph.content:insert(pandoc.RawInline('typst', (' <%s>]'):format(div.identifier)))
    return paragraph
  end
  if classes:includes 'cell-output-stderr' then return call('warning-output', div.content) end
  if classes:includes 'cell-output-error' then return call('error-output', div.content) end
  if classes:includes 'cell-output-stdout' or classes:includes 'cell-output-text' then
    return call('text-output', div.content)
  end
  local first = div.content[1]
  if classes:includes 'chapter' and not (first and first.t == 'Header' and first.level == 1) then
    -- The landing page: the title page has its title.
    div.content:insert(1, pandoc.Header(1, 'Welcome', pandoc.Attr('', { 'unnumbered' })))
  end
  if classes:includes 'chapter' and parts[div.attributes.page] then
    local title = pandoc.Inlines { pandoc.RawInline('typst', '#part-title[') } .. parts[div.attributes.page]
    title:insert(pandoc.RawInline('typst', ']'))
    div.content:insert(1, pandoc.Para(title))
  end
  if classes:includes 'chapter' then
    -- A comment names the chapter, for typst's complaints.
    local source = div.attributes.page:gsub('%.html$', '.qmd')
    div.content:insert(1, pandoc.RawBlock('typst', '// ' .. source))
    div.content:insert(pandoc.RawBlock('typst', '#chapter-end()'))
  end
  if classes:includes 'callout-heading' then return call('box-heading', div.content) end
  if classes:includes 'csl-entry' then
    local entry = call('reference-entry', div.content)
    entry[#entry] = pandoc.RawBlock('typst', ('] <%s>'):format(div.identifier))
    return entry
  end
  return div.identifier == '' and div.content or nil
end

local function typst_figure(figure) return call('placed-figure', { figure }) end

-- Whether a block is the link that stands in the place of a solution (see solutions.lua).
local function links_to_solution(block)
  local first = block.t == 'Para' and block.content[1]
  return first and first.t == 'RawInline' and first.text:match '^#solution%-link' ~= nil
end

local function leads(block, follower)
  if block.t ~= 'Para' or not follower or follower.t == 'Header' then return false end
  if follower.t == 'Div' and follower.classes:includes 'equation' then return true end
  if #block.content == 1 and block.content[1].t == 'Strong' or links_to_solution(follower) then return true end
  if not pandoc.utils.stringify(block):match ':$' then return false end -- sooner told than by its last element
  local last = block.content[#block.content]
  return last.t == 'Str' and last.text:match ':$' ~= nil
end

-- A paragraph stays with what follows if it ends in a colon, stands before an equation or the link to its solution, or
-- is all in bold, as a small heading.
local function typst_leads(blocks)
  local all = pandoc.Blocks {}
  for i, block in ipairs(blocks) do
    if leads(block, blocks[i + 1]) then all:extend(call('lead-in', { block })) else all:insert(block) end
  end
  return all
end

-- HTML: the number of an equation stands to its right.
local function html_div(div)
  if div.classes:includes 'cell' then
    div.attributes = {} -- they are for notebook.lua
    return div
  end
  if not div.classes:includes 'equation' then return nil end
  local number = take(div.attributes, 'number')
  local span = pandoc.Span({ pandoc.Str('(' .. number .. ')') }, pandoc.Attr('', { 'equation-number' }))
  div.content:insert(pandoc.Plain { span })
  return div
end

-- The number of a figure or table stands out from its caption; in HTML the stylesheet sees to it.
local function caption_label(span)
  if span.classes:includes 'caption-label' then return pandoc.Strong(span.content) end
end

if FORMAT == 'typst' then
  return {
    { Meta = function(meta) parts = meta.parts or {} end },
    { Blocks = typst_leads },
    { CodeBlock = code, Span = caption_label, Figure = typst_figure, Div = typst_div },
  }
end
return { { CodeBlock = code, Div = html_div } }
