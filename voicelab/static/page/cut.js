// Start and end of the window that the lab has, as the fields of the page show it.

/** @type {readonly number[]} */
let cut = [];

/** @param {number} startS @param {number} endS */
export const keepCut = (startS, endS) => {
  cut = [startS, endS];
};

/** @param {number} startS @param {number} endS */
export const isCut = (startS, endS) => startS === cut[0] && endS === cut[1];
