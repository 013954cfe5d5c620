-- A writer for pandoc: chapters as a JSON object, page address -> the cells of its two notebooks, of which
-- press/publish/notebooks.py makes notebooks. What is said in Markdown is the page's text, with numbers, references and
-- citations in words, in what JupyterLab, VS Code and Colab all read: pipe tables, `$…$`, and HTML for what folds.

local HERE = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local labels = dofile(pandoc.path.join { HERE, 'labels.lua' })
local context = dofile(pandoc.path.join { HERE, 'context.lua' })
local texmath = dofile(pandoc.path.join { HERE, 'jupyter-math.lua' })

local MARKDOWN = 'gfm-tex_math_gfm+tex_math_dollars'
local UNWRAPPED = { wrap_text = 'none' }
local OWN_WORK = '# Your work'
local RULE = pandoc.RawBlock('markdown', '***')

local function has_class(block, class)
  return block.t == 'Div' and block.classes:includes(class)
end

local function is_solution(block)
  return has_class(block, 'box') and block.classes:includes 'tip'
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

-- One notebook on its way: its cells, the blocks of its next cell of text, and what numbers its footnotes.
local Notebook = {}
Notebook.__index = Notebook

local function new_notebook(page, solved)
  return setmetatable({ page = page, solved = solved, cells = pandoc.List {}, pending = pandoc.Blocks {}, notes = 0 },
    Notebook)
end

-- Where a link of a notebook leads: to the site, if that is known; within the book there is no other way.
function Notebook:link(link)
  local here = context.pages[self.page].links.canonical
  local id = link.target:match '^#(.+)$'
  if id then
    local page = context.page_of[id]
    local address = page and page ~= self.page and context.pages[page].links.canonical
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

-- The Markdown of blocks, and the pictures in it: the name of each, and its path from the page.
function Notebook:markdown(blocks)
  local images, notes = pandoc.List {}, pandoc.Blocks {}
  local function mark(number)
    return pandoc.RawInline('html', ('<sup>%d</sup>'):format(number))
  end
  blocks = blocks:walk { traverse = 'topdown', Note = function(note)
    self.notes = self.notes + 1
    local content = note.content
    local lead = pandoc.Inlines { mark(self.notes), pandoc.Space() }
    if content[1] and (content[1].t == 'Para' or content[1].t == 'Plain') then
      content[1] = para(lead .. content[1].content)
    else
      content:insert(1, para(lead))
    end
    notes:extend(content)
    return mark(self.notes), false
  end }
  blocks:extend(notes)
  blocks = blocks:walk { Table = function(tbl)
    -- Markdown's tables have lines only, whose cells end at any bar, and no column that heads rows.
    tbl = tbl:walk { Math = texmath.without_bars, Code = with_bars_escaped }
    for _, body in ipairs(tbl.bodies) do body.row_head_columns = 0 end
    local before = captions(tbl)
    tbl.caption = { long = {} }
    tbl.attr = pandoc.Attr()
    return before .. { tbl }
  end }
  blocks = blocks:walk {
    Math = texmath.readable,
    Str = function(str) return pandoc.Str((str.text:gsub('\u{a0}', ' '))) end,
    Link = function(link) return self:link(link) end,
    Image = function(image)
      local ending = select(2, pandoc.path.split_extension(image.src)):lower():gsub('^%.svg$', '.png')
      local name = ('picture-%d%s'):format(#images + 1, ending)
      images:insert { name = name, path = image.src }
      return pandoc.Image(image.attributes.alt or image.caption, 'attachment:' .. name)
    end,
    RawInline = raw_html,
    RawBlock = raw_html,
    Figure = function(figure)
      return figure.content:map(paragraph) .. captions(figure)
    end,
    Header = function(heading)
      if heading.attributes.number then
        heading.content:insert(1, pandoc.Str(heading.attributes.number))
        heading.content:insert(2, pandoc.Space())
      end
      return pandoc.Header(heading.level, heading.content)
    end,
    CodeBlock = function(code) return pandoc.CodeBlock(code.text, pandoc.Attr('', { code.classes[1] })) end,
  }
  blocks = blocks:walk {
    Span = strong_label,
    Div = function(div)
      if has_class(div, 'box') then return box(div) end
      if has_class(div, 'equation') then return texmath.tagged(div) end
      return div.content:map(paragraph)
    end,
  }
  local text = pandoc.write(pandoc.Pandoc(blocks), MARKDOWN, UNWRAPPED):gsub('%s+$', '')
  return text, images
end

function Notebook:flush()
  if #self.pending == 0 then return end
  local text, images = self:markdown(self.pending)
  self.pending = pandoc.Blocks {}
  if text ~= '' then self.cells:insert { kind = 'text', text = text, images = images } end
end

function Notebook:say(...)
  for _, block in ipairs { ... } do self.pending:insert(block) end
end

local function code_of(cell)
  for _, block in ipairs(cell.content) do
    if block.t == 'CodeBlock' and block.classes:includes 'cell-code' then return block end
  end
end

local function has_code(div)
  local found = false
  div:walk { Div = function(inner) found = found or (has_class(inner, 'cell') and code_of(inner) ~= nil) end }
  return found
end

-- What an output is in a notebook: the picture, the lines, or the Markdown that the page shows.
function Notebook:output(div)
  local kind = div.classes[2] and div.classes[2]:match '^cell%-output%-(%a+)$'
  local first = div.content[1]
  if kind == 'figure' then
    local picture
    div:walk { Image = function(image) picture = picture or image end }
    return { kind = kind, path = picture.src, alt = picture.attributes.alt }
  elseif kind == 'markdown' then
    local bare = div.content:walk { Table = function(tbl)
      if tbl.identifier == '' then return nil end
      tbl.caption = { long = {} }
      return tbl
    end }
    return { kind = kind, text = (self:markdown(bare)) }
  elseif first and first.t == 'RawBlock' then
    return { kind = 'html', text = first.text }
  elseif first and first.t == 'CodeBlock' then
    return { kind = kind or 'text', text = first.text }
  end
end

-- Captions stand below the code whose output they belong to.
local function captions_within(cell)
  local found = pandoc.Blocks {}
  local function note(block)
    if block.identifier ~= '' then found:extend(captions(block)) end
  end
  cell:walk { Figure = note, Table = note }
  return found
end

function Notebook:code_cell(cell)
  local code = code_of(cell)
  if not code then -- what a hidden cell shows is text
    for _, block in ipairs(cell.content) do self:say(block) end
    return
  end
  self:flush()
  local made = { kind = 'code', text = code.text, label = cell.attributes.label, outputs = pandoc.List {},
    skipped = cell.attributes.skipped ~= nil, failing = cell.attributes.failing ~= nil,
    folded = code.attributes['code-fold'] == 'true' }
  for _, block in ipairs(cell.content) do
    local output = self.solved and block.t == 'Div' and self:output(block)
    if output then made.outputs:insert(output) end
  end
  self.cells:insert(made)
  self:say(table.unpack(captions_within(cell)))
  self:flush()
end

-- In the place of a solution, a notebook to work in has what its exercises give to the reader.
function Notebook:ask(stubs)
  self:flush()
  for _, each in ipairs(stubs) do
    self.cells:insert { kind = 'exercise', name = each.name, stub = each.stub }
  end
  if #stubs == 0 then self.cells:insert { kind = 'own', text = OWN_WORK } end
end

local function stubs_within(div)
  local found = pandoc.List {}
  div:walk { traverse = 'topdown', Div = function(inner)
    if inner.attributes.stub then found:insert { name = inner.attributes.exercise, stub = inner.attributes.stub } end
  end }
  return found
end

local function stubs_of_mark(div)
  local found = pandoc.List {}
  for name, stub in (div.attributes.stubs or ''):gmatch '(%S-):(%S+)' do found:insert { name = name, stub = stub } end
  return found
end

-- A box with code in it does not fit into a cell: lines say where it begins and where it ends.
function Notebook:region(div)
  local body = div.content:clone()
  local title = body:remove(1).content
  self:flush()
  self:say(RULE, para { pandoc.Strong(title) })
  self:add(body)
  self:flush()
  self:say(para { pandoc.Emph(pandoc.Inlines { pandoc.Str 'End of:', pandoc.Space() } .. title) }, RULE)
  self:flush()
end

function Notebook:add(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Header' then self:flush() end
    if has_class(block, 'left-out') then
      if not block.attributes['when-format'] then self:ask(stubs_of_mark(block)) end
    elseif is_solution(block) and not self.solved then
      self:ask(stubs_within(block))
    elseif has_class(block, 'cell') then
      self:code_cell(block)
    elseif has_class(block, 'box') and has_code(block) then
      self:region(block)
    elseif block.t == 'Div' and has_code(block) then
      self:add(block.content)
    else
      self:say(block)
    end
  end
end

-- The works that a chapter cites, as the book's list has them, in the order of the list.
local function references(div, list, solved)
  local cited = {}
  div:walk { traverse = 'topdown',
    Div = function(inner) if is_solution(inner) and not solved then return {}, false end end,
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do cited['ref-' .. citation.id] = true end
    end,
  }
  local found = pandoc.Blocks {}
  for _, entry in ipairs(list) do
    if cited[entry.identifier] then found:extend(entry.content) end
  end
  if #found > 0 then found:insert(1, pandoc.Header(2, 'References')) end
  return found
end

local function notebook(div, list, solved)
  local made = new_notebook(div.attributes.page, solved)
  local heading, rest = labels.split_heading(div.content)
  made:say(heading or pandoc.Header(1, 'Welcome'))
  if div.attributes.subtitle then made:say(para { pandoc.Emph(div.attributes.subtitle) }) end
  made:add(rest)
  made:flush()
  made:say(table.unpack(references(div, list, solved)))
  made:flush()
  return made.cells
end

-- citeproc has put the book's list where a chapter wants it, or at the end.
local function list_of_references(document)
  local list = pandoc.List {}
  document:walk { Div = function(div)
    if div.identifier == 'refs' then list = div.content end
  end }
  document.blocks = document.blocks:filter(function(block) return block.identifier ~= 'refs' end)
  return list
end

function Writer(document)
  local list, pages = list_of_references(document), {}
  for _, div in ipairs(document.blocks) do
    pages[div.attributes.page] = { work = notebook(div, list, false), solved = notebook(div, list, true) }
  end
  return pandoc.json.encode(pages)
end
