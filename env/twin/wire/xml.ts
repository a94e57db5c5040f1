const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};

/** What XML 1.0 has no way to say: control characters other than tab and line ends. */
const unspeakable = /[^\P{Cc}\t\n\r\u007f-\u009f]/gu;

export function escapeXml(text: string): string {
  return text.replace(unspeakable, '\ufffd').replace(/[&<>"'\r]/g, (one) => replacements[one]!);
}

/** An element with its value; lists as `<member>` elements, an empty list as an empty element, what is null or undefined as nothing. */
export function xmlElement(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => xmlElement('member', one)).join('');
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, part]) => xmlElement(name, part))
      .join('');
  }
  return escapeXml(String(value));
}
