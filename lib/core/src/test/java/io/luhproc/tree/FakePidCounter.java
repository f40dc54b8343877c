package io.luhproc.tree;

import io.luhproc.procfs.PidCounter;

/** A counter of pids that a test sets. */
final class FakePidCounter implements PidCounter {
  static final long MAX = 32_768;

  private long last;
  private long forks;

  /** Allocates all pids up to the next one that equals a given one. */
  void allocate(long pid) {
    forks += pid > last ? pid - last : MAX - 300 + pid - last;
    last = pid;
  }

  /** Allocates all pids once. */
  void wrap() {
    forks += MAX - 300;
  }

  @Override
  public long last() {
    return last;
  }

  @Override
  public long forks() {
    return forks;
  }

  @Override
  public long max() {
    return MAX;
  }
}
