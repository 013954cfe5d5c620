-- citeproc puts the list of references where the author wrote `::: {#refs}`; where nobody did, it ends the last
-- chapter.

function Pandoc(document)
  local last = document.blocks[#document.blocks]
  if last.identifier ~= 'refs' then return nil end
  document.blocks:remove()
  local chapter = document.blocks[#document.blocks]
  chapter.content:insert(pandoc.Header(2, 'References', pandoc.Attr('references', { 'unnumbered' })))
  chapter.content:insert(last)
  return document
end
