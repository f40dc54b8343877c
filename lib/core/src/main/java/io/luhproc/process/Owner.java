package io.luhproc.process;

/** Whose tree a process belongs to. */
enum Owner {
  OURS,
  ANOTHER,
  NOBODY
}
