// What can be computed of WCAG 2.2 AA on the page as it stands: a list of faults, each in one line.
const faults = [];
let measured = 0;
const say = (element, what) => {
  const name = element.id ? `#${element.id}` : `.${element.className || ''}`;
  const words = (element.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 30);
  faults.push(`${element.localName}${name} “${words}”: ${what}`);
};

// Colours. Computed values are rgb() or rgba(), or color(srgb …) where something was mixed.
const read = (value) => {
  const parts = value.match(/[\d.]+(e-?\d+)?/g).map(Number);
  const scale = value.startsWith('color(') ? 255 : 1;
  const [red, green, blue] = parts.map((part) => part * scale);
  return [red, green, blue, parts.length > 3 ? parts[3] : 1];
};
const over = (top, under) => {
  const mixed = [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  return [...mixed, 1];
};
const light = (colour) => {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const canvas = () => {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return dark && scheme.includes('dark') ? [18, 18, 18, 1] : [255, 255, 255, 1];
};
const ground = (element) => {
  if (!element) return canvas();
  const own = read(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own : over(own, ground(element.parentElement));
};
const shown = (element) => {
  if (!element.checkVisibility({ opacityProperty: false, visibilityProperty: true })) return false;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && style.clipPath !== 'inset(50%)';
};

// 1.4.3: text against what is behind it.
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const field = ['input', 'textarea', 'select'].includes(element.localName);
  if ((!own && !field) || !shown(element) || element.closest(':disabled')) continue;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const behind = ground(element);
  const least = large ? 3 : 4.5;
  const measure = (value, what) => {
    measured += 1;
    const found = contrast(over(read(value), behind), behind);
    if (found < least) say(element, `${what} ${found.toFixed(2)}:1`);
  };
  measure(style.color, 'text');
  if (element.placeholder) measure(getComputedStyle(element, '::placeholder').color, 'placeholder');
}

// 1.4.11: where a field ends can be seen.
for (const field of document.querySelectorAll('input:not([type=hidden]), textarea, select')) {
  if (!shown(field)) continue;
  const style = getComputedStyle(field);
  const outside = ground(field.parentElement);
  const line = parseFloat(style.borderTopWidth) ? over(read(style.borderTopColor), outside) : outside;
  const found = Math.max(contrast(line, outside), contrast(ground(field), outside));
  if (found < 3) say(field, `its edge ${found.toFixed(2)}:1`);
}

// 3.1.1, 2.4.2, 1.1.1, 4.1.2: language, title, pictures, names.
if (document.documentElement.lang !== 'vi') faults.push('the page does not say that it is Vietnamese');
if (!document.title.trim()) faults.push('the page has no title');
for (const picture of document.querySelectorAll('img')) {
  if (!picture.alt.trim()) say(picture, 'no words in its place');
}
const named = (element) => {
  const labelled = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
  const words = [
    element.getAttribute('aria-label'),
    ...labelled.map((id) => document.getElementById(id)?.textContent),
    ...[...(element.labels || [])].map((label) => label.textContent),
    element.matches('button, a, summary') ? element.textContent : '',
  ];
  return words.some((word) => (word || '').trim());
};
const acts = 'button, a[href], summary, input:not([type=hidden]), textarea, select, [tabindex="0"]';
const controls = [...document.querySelectorAll(acts)].filter(shown);
for (const control of controls) {
  if (!named(control)) say(control, 'no name');
}

// 2.5.8: large enough to be hit; a link within a sentence may be as it is.
for (const control of controls) {
  const style = getComputedStyle(control);
  if (control.localName === 'a' && style.display === 'inline') continue;
  const box = control.getBoundingClientRect();
  if (box.width < 24 || box.height < 24) {
    say(control, `${box.width.toFixed(0)}×${box.height.toFixed(0)}`);
  }
}

// 2.4.7, 2.4.11: where the keyboard is can be seen; one of each kind will do.
const kinds = new Map(controls.map((control) => [`${control.localName}.${control.className}`, control]));
const before = document.activeElement;
for (const control of kinds.values()) {
  control.focus({ focusVisible: true, preventScroll: true });
  if (document.activeElement !== control) {
    say(control, 'the keyboard does not reach it');
    continue;
  }
  const style = getComputedStyle(control);
  const wide = style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
  const inside = parseFloat(style.outlineOffset) < 0;
  const behind = ground(inside ? control : control.parentElement);
  const found = contrast(over(read(style.outlineColor), behind), behind);
  if (wide < 2 || found < 3) say(control, `focus: ${wide}px, ${found.toFixed(2)}:1`);
}
before?.focus?.({ preventScroll: true });

if (!measured) faults.push('nothing was looked at');
return [...new Set(faults)];
