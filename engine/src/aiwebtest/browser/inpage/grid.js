// The cells of even tables, measured by their columns.

/** Boxes of the cells of even tables, from the first row's columns: measuring each of thousands is what costs. */
class Grid {
  constructor() {
    this.section = null; // the parent of the rows that share the columns
    this.count = 0; // cells a row
    this.columns = null; // x and width by cell, null where rows are uneven
    this.row = null;
    this.rowBox = null;
    this.at = 0; // next cell of the row
    this.even = false; // the row has these columns
  }

  enter(row, box) {
    this.row = row;
    this.rowBox = box;
    this.at = 0;
    this.even = false;
    if (box.height === 0) return; // hidden: it has no columns to tell
    const section = parentOf(row);
    const count = elementCountOf(row);
    if (section !== this.section || count !== this.count) {
      this.section = section;
      this.count = count;
      this.columns = columnsOf(row, box);
    } else this.even = this.columns !== null;
  }

  cellBox(cell) {
    if (!this.even || parentOf(cell) !== this.row) return null;
    const column = this.columns[this.at++];
    if (!column || hasSpan(cell)) {
      this.even = false;
      return null;
    }
    return { x: column[0], y: this.rowBox.y, width: column[1], height: this.rowBox.height };
  }
}

/** Return x and width of each cell if all are plain and as high as their row, else null. */
function columnsOf(row, rowBox) {
  const columns = [];
  for (let cell = firstElementOf(row); cell; cell = nextElementOf(cell)) {
    const box = boxOf(cell);
    if (localNameOf(cell) !== "td" || hasSpan(cell) || Math.abs(box.height - rowBox.height) > 1) return null;
    columns[columns.length] = [box.x, box.width];
  }
  return columns;
}

function hasSpan(cell) {
  return cell.rowSpan !== 1 || cell.colSpan !== 1 || attributeOf(cell, "style") !== null;
}
