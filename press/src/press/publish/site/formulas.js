// The font of the formulas. Others may lack its letters, and they give all formulas other sizes: so it cannot come
// late. In the website it stands in this script in place of its name, and is at hand before the page is drawn.
document.fonts.add(new FontFace(
  'STIX Two Math', Uint8Array.from(atob('fonts/stix-two-math.woff2'), letter => letter.charCodeAt(0))))
