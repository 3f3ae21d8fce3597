// Elements of a page. What people wrote enters them as text: nothing of it becomes HTML.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const make = (tag, className = "", text = undefined) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

/**
 * @param {string} label
 * @param {string} className
 * @param {() => void} act what a click does
 * @param {{ title?: string, name?: string }} [told] title: what a pointer that rests on it reads; name: for those who do not see it
 * @returns {HTMLButtonElement}
 */
export const button = (label, className, act, { title, name } = {}) => {
  const node = make("button", className, label);
  node.type = "button";
  if (title) node.title = title;
  if (name) node.setAttribute("aria-label", name);
  node.addEventListener("click", act);
  return node;
};

/**
 * A checkbox with its words.
 * @param {string} className
 * @param {string} label
 * @param {boolean} checked
 * @param {(checked: boolean) => void} act
 */
export const tick = (className, label, checked, act) => {
  const line = make("label", className);
  const box = make("input");
  box.type = "checkbox";
  box.checked = checked;
  box.addEventListener("change", () => act(box.checked));
  line.append(box, make("span", "", label));
  return line;
};

/**
 * @param {string[]} columns
 * @param {string[][]} rows
 * @param {(cell: string) => string} [classOf] the class of a cell
 */
export const table = (columns, rows, classOf = () => "") => {
  const grid = make("table");
  const head = make("tr");
  head.append(...columns.map((title) => make("th", "", title)));
  grid.createTHead().append(head);
  grid.createTBody().append(
    ...rows.map((cells) => {
      const row = make("tr");
      row.append(
        ...cells.map((cell, at) => {
          const node = make("td", classOf(cell), cell);
          if (columns[at]) node.dataset.label = columns[at]; // said before the cell where the screen is narrow
          return node;
        }),
      );
      return row;
    }),
  );
  return grid;
};

/**
 * Something folded away.
 * @param {string} summary
 * @param {string} [className]
 */
export const fold = (summary, className = "") => {
  const details = make("details", className);
  details.append(make("summary", "", summary));
  return details;
};
