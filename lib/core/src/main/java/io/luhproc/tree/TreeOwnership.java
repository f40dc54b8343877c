package io.luhproc.tree;

/** The result of comparing the marker of a process with that of a tree. */
enum TreeOwnership {
  /** The process carries the marker of this tree. */
  THIS_TREE,
  /** The process carries the marker of another tree, or is too old for this one. */
  OTHER_TREE,
  /** The process carries no marker. */
  UNMARKED
}
