-- Callouts: a coloured box with a title; in HTML it folds where the author wrote `collapse`. In a PDF that has its
-- solutions at the end, a solution stays a Div, with its title as first block: solutions.lua moves it. So do all boxes
-- for notebook.lua.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local inlines = dofile(pandoc.path.join { HERE, 'inlines.lua' })

local TITLES = { note = 'Note', tip = 'Tip', warning = 'Warning' }

local function kind_of(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match '^callout%-(%a+)$'
    if kind then
      if TITLES[kind] then return kind end
      error('unknown callout "' .. class .. '"; use callout-note, callout-tip or callout-warning')
    end
  end
end

-- The title is the attribute `title`, else a heading that opens the box, else the name of its kind.
local function take_title(div, kind)
  local first = div.content[1]
  local title = inlines(div.attributes.title or '')
  if #title > 0 then
    return title
  elseif first and first.t == 'Header' then
    return div.content:remove(1).content
  end
  return pandoc.Inlines(TITLES[kind])
end

-- A heading in a box is a title, not a section: it has no number and stands in no table of contents.
local function plain_headings(blocks)
  return blocks:walk {
    Header = function(heading)
      return pandoc.Div({ pandoc.Para { pandoc.Strong(heading.content) } }, pandoc.Attr('', { 'callout-heading' }))
    end,
  }
end

local function html_box(kind, title, body, collapse)
  local tag, head, state = 'div', 'p', ''
  if FORMAT == 'epub3' then -- few readers fold anything
    tag = 'section'
  elseif collapse then
    tag, head = 'details', 'summary'
    if collapse == 'false' then state = ' open' end
  end
  local blocks = pandoc.Blocks {
    pandoc.RawBlock('html', ('<%s class="callout callout-%s"%s>'):format(tag, kind, state)
      .. ('\n<%s class="callout-title">'):format(head)),
    pandoc.Plain(title),
    pandoc.RawBlock('html', ('</%s>\n<div class="callout-body">'):format(head)),
  }
  blocks:extend(body)
  blocks:insert(pandoc.RawBlock('html', ('</div>\n</%s>'):format(tag)))
  return blocks
end

local function typst_box(kind, title, body)
  local blocks = pandoc.Blocks {
    pandoc.RawBlock('typst', '#callout-box("' .. kind .. '")['), pandoc.Plain(title), pandoc.RawBlock('typst', ']['),
  }
  blocks:extend(body)
  blocks:insert(pandoc.RawBlock('typst', ']'))
  return blocks
end

local to_the_end = false

local function callout(div)
  local kind = kind_of(div)
  if not kind then return nil end
  local title = take_title(div, kind)
  local body = plain_headings(div.content)
  if to_the_end and kind == 'tip' then
    body:insert(1, pandoc.Plain(title))
    return pandoc.Div(body, pandoc.Attr('', { 'solution' }))
  end
  if FORMAT == 'typst' then return typst_box(kind, title, body) end
  if FORMAT:match 'notebook%.lua$' then
    body:insert(1, pandoc.Plain(title))
    return pandoc.Div(body, pandoc.Attr('', { 'box', kind }, { collapse = div.attributes.collapse }))
  end
  return html_box(kind, title, body, div.attributes.collapse)
end

return {
  { Meta = function(meta)
    to_the_end = FORMAT == 'typst' and pandoc.utils.stringify(meta.solutions or '') == 'end'
  end },
  { Div = callout },
}
