/** What a report can do beyond being read: its tables sort by a click on a heading. Runs in the reader's browser. */
export const pageScript = `
'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    const isNumber = heading.classList.contains('number');
    const valueOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    button.addEventListener('click', () => {
      const sign = heading.getAttribute('aria-sort') === (isNumber ? 'descending' : 'ascending') ? -1 : 1;
      const direction = isNumber ? -sign : sign;
      const compare = isNumber
        ? (a, b) => Number(a) - Number(b)
        : (a, b) => a.localeCompare(b, 'en', { numeric: true });
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [valueOf(a), valueOf(b)];
        return x === '' || y === '' ? (x === '') - (y === '') : direction * compare(x, y);
      });
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
      body.append(...rows);
    });
  });
}
`;
