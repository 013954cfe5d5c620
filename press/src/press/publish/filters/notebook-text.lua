-- The Markdown of a notebook: the page's text, with numbers, references and citations in words, in what JupyterLab,
-- VS Code and Colab all read: pipe tables, `$…$`, and HTML for what folds. Not a filter: notebook.lua loads it.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local context = dofile(pandoc.path.join { HERE, 'context.lua' })
local texmath = dofile(pandoc.path.join { HERE, 'jupyter-math.lua' })

local MARKDOWN = 'gfm-tex_math_gfm+tex_math_dollars'
local UNWRAPPED = { wrap_text = 'none' }
local RULE = pandoc.RawBlock('markdown', '***')

local function has_class(block, class)
  return block.t == 'Div' and block.classes:includes(class)
end

local function para(inlines)
  return pandoc.Para(inlines)
end

local function paragraph(block)
  return block.t == 'Plain' and para(block.content) or block
end

local function html(text)
  return pandoc.RawBlock('html', text)
end

-- A title within HTML, where no Markdown is read: formulas become letters.
local function title_in_html(inlines)
  local written = pandoc.write(pandoc.Pandoc { pandoc.Plain(inlines) }, { format = 'html', extensions = {} }, UNWRAPPED)
  return (written:gsub('</?span[^>]*>', ''):gsub('%s+$', ''))
end

-- Where a link of a notebook leads: to the site, if that is known; within the book there is no other way.
local function led(link, from)
  local here = context.pages[from].links.canonical
  local id = link.target:match '^#(.+)$'
  if id then
    local page = context.page_of[id]
    local address = page and page ~= from and context.pages[page].links.canonical
    if not address or id:match '^ref%-' then return link.content end
    return pandoc.Link(link.content, address .. link.target)
  end
  if link.target:match '^%a[%w+.-]*:' then return pandoc.Link(link.content, link.target) end
  if not here then return link.content end
  return pandoc.Link(link.content, here:gsub('[^/]*$', '') .. link.target)
end

local function captions(block)
  return block.caption.long:map(paragraph)
end

local function strong_label(span)
  if span.classes:includes 'caption-label' then return pandoc.Strong(span.content) end
  return span.content
end

local function quoted_box(title, body)
  local blocks = pandoc.Blocks { para { pandoc.Strong(title) } }
  blocks:extend(body)
  return pandoc.BlockQuote(blocks)
end

-- What is folded is a quotation, too: once it is open, one sees where it ends.
local function folded_box(title, body, open)
  local summary = ('<details%s>\n<summary><b>%s</b></summary>'):format(open and ' open' or '', title_in_html(title))
  return { html(summary), pandoc.BlockQuote(body), html '</details>' }
end

local function box(div)
  local body = div.content:clone()
  local title = body:remove(1).content
  local collapse = div.attributes.collapse
  if collapse then return folded_box(title, body, collapse == 'false') end
  return { quoted_box(title, body) }
end

local function with_bars_escaped(code)
  return pandoc.Code((code.text:gsub('|', '\\|')))
end

-- HTML stays; comments are between authors.
local function raw_html(raw)
  if raw == RULE or raw.format == 'html' and not raw.text:match '^%s*<!%-%-' then return nil end
  return {}
end

local function raised(number)
  return pandoc.RawInline('html', ('<sup>%d</sup>'):format(number))
end

-- Footnotes become raised numbers, which go on from cell to cell, and paragraphs at the end of their cell.
local function with_notes_below(blocks, notebook)
  local notes = pandoc.Blocks {}
  blocks = blocks:walk { traverse = 'topdown', Note = function(note)
    notebook.notes = notebook.notes + 1
    local content = note.content
    local lead = pandoc.Inlines { raised(notebook.notes), pandoc.Space() }
    if content[1] and (content[1].t == 'Para' or content[1].t == 'Plain') then
      content[1] = para(lead .. content[1].content)
    else
      content:insert(1, para(lead))
    end
    notes:extend(content)
    return raised(notebook.notes), false
  end }
  return blocks .. notes
end

-- Markdown's tables have lines only, whose cells end at any bar, and no column that heads rows.
local function plain_table(tbl)
  tbl = tbl:walk { Math = texmath.without_bars, Code = with_bars_escaped }
  for _, body in ipairs(tbl.bodies) do body.row_head_columns = 0 end
  local before = captions(tbl)
  tbl.caption = { long = {} }
  tbl.attr = pandoc.Attr()
  return before .. { tbl }
end

local function with_number(heading)
  if heading.attributes.number then
    heading.content:insert(1, pandoc.Str(heading.attributes.number))
    heading.content:insert(2, pandoc.Space())
  end
  return pandoc.Header(heading.level, heading.content)
end

local function flat(div)
  if has_class(div, 'box') then return box(div) end
  if has_class(div, 'equation') then return texmath.tagged(div) end
  return div.content:map(paragraph)
end

-- The Markdown of blocks, and the pictures in it: the name of each, and its path from the page. A notebook has a page,
-- and counts its notes.
local function markdown(blocks, notebook)
  local images = pandoc.List {}
  blocks = with_notes_below(blocks, notebook):walk { Table = plain_table }
  blocks = blocks:walk {
    Math = texmath.readable,
    Str = function(str) return str.text:find '\u{a0}' and pandoc.Str((str.text:gsub('\u{a0}', ' '))) or nil end,
    Link = function(link) return led(link, notebook.page) end,
    Image = function(image)
      local ending = select(2, pandoc.path.split_extension(image.src)):lower():gsub('^%.svg$', '.png')
      local name = ('picture-%d%s'):format(#images + 1, ending)
      images:insert { name = name, path = image.src }
      return pandoc.Image(image.attributes.alt or image.caption, 'attachment:' .. name)
    end,
    RawInline = raw_html,
    RawBlock = raw_html,
    Figure = function(figure) return figure.content:map(paragraph) .. captions(figure) end,
    Header = with_number,
    CodeBlock = function(code) return pandoc.CodeBlock(code.text, pandoc.Attr('', { code.classes[1] })) end,
  }
  blocks = blocks:walk { Span = strong_label, Div = flat }
  local text = pandoc.write(pandoc.Pandoc(blocks), MARKDOWN, UNWRAPPED):gsub('%s+$', '')
  return text, images
end

return { RULE = RULE, has_class = has_class, para = para, captions = captions, markdown = markdown }
