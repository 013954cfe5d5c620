-- A writer for pandoc: the book as a JSON object, page address -> HTML. Every chapter (see book.lua) is a page;
-- links go to whichever page holds their target.

local ASSETS = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '..', 'website' }
local ESCAPES = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }

-- What an element says, as the template wants it.
local function text(element)
  return (pandoc.utils.stringify(element):gsub('[&<>"]', ESCAPES))
end

local function read_asset(name)
  local file = assert(io.open(pandoc.path.join { ASSETS, name }, 'rb'))
  local content = file:read 'a'
  file:close()
  return content
end

local function number_span(number)
  return pandoc.Span({ pandoc.Str(number) }, pandoc.Attr('', { 'section-number' }))
end

-- The level-1 heading of a chapter, and the blocks without it.
local function split_heading(blocks)
  for i, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 then
      local rest = blocks:clone()
      return rest:remove(i), rest
    end
  end
  return nil, blocks
end

-- The opening of a page describes it where its author did not.
local function opening(blocks)
  for _, block in ipairs(blocks) do
    if block.t == 'Para' then
      local words = pandoc.utils.stringify(block:walk { Note = function() return {} end }):gsub('%s+', ' ')
      if #words <= 200 then return words end
      return words:sub(1, 200):gsub('%s+%S*$', '') .. ' …'
    end
  end
end

local function pages_of(document)
  local pages = pandoc.List {}
  for _, div in ipairs(document.blocks) do
    local heading, rest = split_heading(div.content)
    pages:insert {
      address = div.attributes.page, heading = heading, blocks = rest,
      number = heading and heading.attributes.number, subtitle = div.attributes.subtitle and text(div.attributes.subtitle),
      description = text(div.attributes.description or opening(rest) or ''),
    }
  end
  return pages
end

-- identifier -> address of the first page that has it; and per page, the set of its own identifiers.
local function identifiers(pages)
  local home = {}
  for _, page in ipairs(pages) do
    page.own = {}
    local function note(element)
      local id = element.identifier
      if id and id ~= '' then
        page.own[id] = true
        home[id] = home[id] or page.address
      end
    end
    if page.heading then note(page.heading) end
    page.blocks:walk {
      Header = note, Div = note, Figure = note, Table = note, Span = note, CodeBlock = note, Image = note, Link = note, Code = note,
    }
  end
  return home
end

local function relative(target, from)
  local folder = pandoc.path.directory(from)
  return folder == '.' and target or pandoc.path.make_relative(target, folder, true)
end

local function with_links(page, blocks, home)
  return blocks:walk { Link = function(link)
    local id = link.target:match '^#(.+)$'
    if not id or page.own[id] then return nil end
    if not home[id] then error(('%s: nothing has the label "%s" that a link goes to'):format(page.address, id), 0) end
    link.target = relative(home[id], page.address) .. link.target
    return link
  end }
end

local function number_headings(blocks)
  return blocks:walk { Header = function(heading)
    if heading.attributes.number then
      heading.content:insert(1, number_span(heading.attributes.number))
      heading.content:insert(2, pandoc.Space())
      heading.attributes.number = nil
    end
    return heading
  end }
end

local function with_anchors(blocks)
  return blocks:walk { Header = function(heading)
    if heading.identifier == '' then return nil end
    local label = 'Link to this section'
    heading.content:insert(pandoc.Link({}, '#' .. heading.identifier, '', pandoc.Attr('', { 'anchor' }, { ['aria-label'] = label })))
    return heading
  end }
end

local function box(block, class)
  return pandoc.Div({ block }, pandoc.Attr('', { class }))
end

local function is_image(block)
  return (block.t == 'Plain' or block.t == 'Para') and #block.content == 1 and block.content[1].t == 'Image'
end

local function boxed_images(blocks)
  return blocks:map(function(block)
    return is_image(block) and box(pandoc.Plain(block.content), 'picture') or block
  end)
end

-- Tables and figures that are wider than the page scroll in a box of their own; their captions do not.
local function boxed(blocks)
  return blocks:walk { traverse = 'topdown',
    Table = function(tbl) return box(tbl, 'table'), false end,
    Figure = function(figure)
      figure.content = boxed_images(figure.content)
      return figure
    end,
    Div = function(div)
      if not div.classes:includes 'cell-output-figure' then return nil end
      div.content = boxed_images(div.content)
      return div
    end,
  }
end

local function html(blocks, options)
  return pandoc.write(pandoc.Pandoc(blocks), { format = 'html', extensions = {} }, options)
end

-- What the template needs of the page at `position` in the list.
local function variables(pages, position, meta)
  local page = pages[position]
  local function entry(other)
    if not other then return nil end
    return {
      title = other.title, number = other.number, part = other.part, url = relative(other.address, page.address),
      current = other == page,
    }
  end
  local list = pandoc.List {}
  for _, other in ipairs(pages) do list:insert(entry(other)) end
  local described = page.description ~= '' and page.description or ('%s – %s: %s'):format(page.plain, text(meta.title), text(meta.subtitle))
  local root = relative('index.html', page.address):gsub('index%.html$', '')
  return {
    book = text(meta.title), booksubtitle = text(meta.subtitle), author = text(meta.author), lang = text(meta.lang),
    pdf = text(meta.pdf), root = root, pages = list, previous = entry(pages[position - 1]), next = entry(pages[position + 1]),
    title = page.title, pagetitle = page.plain, number = page.number, subtitle = page.subtitle, description = described,
    landing = page.address == 'index.html',
  }
end

function Writer(document, options)
  local meta = document.meta
  local pages = pages_of(document)
  local home = identifiers(pages)
  for i, page in ipairs(pages) do
    page.title = page.heading and html({ pandoc.Plain(page.heading.content) }, options) or 'Welcome'
    page.plain = page.heading and text(page.heading.content)
    page.part = meta.parts and meta.parts[page.address] and text(meta.parts[page.address])
    if not page.heading and i > 1 then error(page.address .. ': the chapter has no level-1 heading', 0) end
  end

  local template = pandoc.template.compile(read_asset 'page.html')
  local site = {}
  for i, page in ipairs(pages) do
    local blocks = number_headings(with_links(page, page.blocks, home))
    local contents = pandoc.structure.table_of_contents(blocks, { toc_depth = 3 })
    local values = variables(pages, i, meta)
    -- The page has its contents twice, so they have no identifiers.
    contents = contents:walk { Link = function(link) return pandoc.Link(link.content, link.target) end }
    values.contents = #contents.content > 0 and html({ contents }, options) or nil
    values.identifier = page.heading and page.heading.identifier
    values.body = html(boxed(with_anchors(blocks)), options)
    site[page.address] = pandoc.layout.render(pandoc.template.apply(template, values)) .. '\n'
  end
  return pandoc.json.encode(site)
end
