// What lies in front of an open modal dialog: the list or calendar that a field of it opened, a message on top of all.
//
// Such a thing is drawn elsewhere in the document than the dialog, often at its end; only where it is seen tells that it
// belongs in front.

const PARENT = 1, END = 2, LOCAL = 4, FLAGS = 5, BOX = 6;
const FLOATING = /^(?:absolute|fixed|sticky)$/;
const MOST_ASKED = 60; // elements; where the browser has to be asked what is seen
const DEEPEST = 3; // elements below what holds the dialog as well

/** Mark the rows of what floats in front of the modal dialog that is open on top. */
awt.markLayers = (rows) => {
  let modal = -1;
  for (let i = 0; i < rows.length; i++) if (rows[i][FLAGS] & FLAG.MODAL && !(rows[i][FLAGS] & FLAG.HIDDEN)) modal = i;
  if (modal < 0) return;
  const depth = new Map();
  let asked = 0;
  for (let i = 0; i < rows.length && asked < MOST_ASKED; ) {
    if (i === modal) {
      i = rows[i][END];
      continue;
    }
    const holds = i < modal && rows[i][END] > modal;
    const level = holds ? 0 : (depth.get(rows[i][PARENT]) || 0) + 1;
    if (!holds && !(rows[i][FLAGS] & (FLAG.HIDDEN | FLAG.OFFSCREEN))) {
      asked++;
      if (isSeen(rows[i])) {
        rows[i][FLAGS] |= FLAG.IN_FRONT;
        i = rows[i][END];
        continue;
      }
    }
    if (!holds && level >= DEEPEST) i = rows[i][END];
    else depth.set(i++, level);
  }
};

/** Tell whether the middle of an element is seen, and it floats over the page. */
function isSeen(row) {
  const element = elementOf(row[LOCAL]);
  const [x, y, width, height] = row[BOX];
  if (!element || nodeTypeOf(element) !== ELEMENT || !floatsAbove(element)) return false;
  const seen = elementAt(x + width / 2, y + height / 2);
  return !!seen && isAround(element, seen);
}

function floatsAbove(element) {
  for (let up = element; up && up !== document.body; up = parentOf(up) || up.host) {
    if (nodeTypeOf(up) === ELEMENT && testWith(FLOATING, styleOf(up).position)) return true;
  }
  return false;
}
