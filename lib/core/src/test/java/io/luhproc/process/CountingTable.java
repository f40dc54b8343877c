package io.luhproc.process;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the looks at a process table. */
final class CountingTable implements ProcessTable {
  final AtomicInteger rows = new AtomicInteger();
  final AtomicInteger environments = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final ProcessTable table;
  private volatile Runnable onLook = () -> {};

  CountingTable(ProcessTable table) {
    this.table = table;
  }

  /** Returns how often the whole table was looked through: nobody else looks at init. */
  int looks() {
    return looks.get();
  }

  /** Lets something happen at the beginning of each look at the whole table. */
  void onLook(Runnable reaction) {
    onLook = reaction;
  }

  @Override
  public Optional<ProcessEntry> find(long pid) {
    if (pid == 1) {
      looks.incrementAndGet();
      onLook.run();
    }
    rows.incrementAndGet();
    return table.find(pid);
  }

  @Override
  public List<ProcessEntry> all() {
    return table.all();
  }

  @Override
  public long[] pids() {
    return table.pids();
  }

  @Override
  public Optional<String> environment(long pid, String variable) {
    environments.incrementAndGet();
    return table.environment(pid, variable);
  }

  @Override
  public long self() {
    return table.self();
  }

  @Override
  public String bootId() {
    return table.bootId();
  }
}
