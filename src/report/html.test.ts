import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, trustedHtml } from './html.ts';

test('text is escaped, wherever it stands', () => {
  const name = `</p><script>alert("1" & '2')</script>`;
  expect(String(html`<p title="${name}">${name}</p>`)).toBe(
    '<p title="&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">' +
      '&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</p>',
  );
});

test('no text brings a tag, a quote or an entity of its own into a template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const markup = String(html`${text}`);
      // oxlint-disable-next-line no-control-regex
      expect(markup).not.toMatch(/[<>"'\u0000\u001b]|&(?!amp;|lt;|gt;|quot;|#39;)/);
    }),
  );
});

test('HTML stays as it is, lists are one after another, and nothing is nothing', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  expect(String(html`<ul>${items}</ul>${undefined}${false}${0}${trustedHtml('<hr>')}`)).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>0<hr>',
  );
});
