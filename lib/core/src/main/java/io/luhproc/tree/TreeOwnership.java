package io.luhproc.tree;

/** Whose tree a process belongs to. */
enum TreeOwnership {
  THIS_TREE,
  OTHER_TREE,
  UNMARKED
}
