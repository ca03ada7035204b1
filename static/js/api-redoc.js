// Starts ReDoc on the bank's own schema. Its styles are made in the page, so they need the answer's nonce;
// its search would need a worker from a blob, which the Content-Security-Policy does not allow.
const place = document.getElementById("reference");
const systemFont = "system-ui, sans-serif";

// ReDoc's menu ends with its maker's logo, from outside: left out rather than asked for and refused.
const LOGO = "https://cdn.redoc.ly/";
const image = HTMLImageElement.prototype;
const source = Object.getOwnPropertyDescriptor(image, "src");

Object.defineProperty(image, "src", {
  ...source,
  set(url) {
    if (!String(url).startsWith(LOGO)) source.set.call(this, url);
  },
});
image.setAttribute = function setAttribute(name, value) {
  if (!String(value).startsWith(LOGO)) Element.prototype.setAttribute.call(this, name, value);
};

window.Redoc.init(
  place.dataset.schema,
  {
    nonce: document.currentScript.nonce,
    disableSearch: true,
    theme: { typography: { fontFamily: systemFont, headings: { fontFamily: systemFont } } },
  },
  place,
);
