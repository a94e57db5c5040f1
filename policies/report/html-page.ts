import { escapeHtml } from './escape.ts';

export interface HtmlPage {
  /** Plain text. */
  readonly title: string;
  readonly styles: string;
  /** HTML, scripts included. */
  readonly body: string;
  /** Directives of the Content-Security-Policy for what the page carries beside its styles; by default nothing. */
  readonly allows?: readonly string[];
}

/** One HTML file that carries all it shows, and asks the network for nothing. */
export function htmlPage({ title, styles, body, allows = [] }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${["default-src 'none'", "style-src 'unsafe-inline'", ...allows].join('; ')}">
<title>${escapeHtml(title)}</title>
<style>
${styles}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}
