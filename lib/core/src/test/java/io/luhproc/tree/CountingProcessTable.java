package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.PidCounter;
import io.luhproc.procfs.ProcessTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the reads of a process table. */
final class CountingProcessTable implements ProcessTable {
  final AtomicInteger rowReads = new AtomicInteger();
  final AtomicInteger listings = new AtomicInteger();
  final AtomicInteger environmentReads = new AtomicInteger();
  private final AtomicInteger scans = new AtomicInteger();
  private final ProcessTable table;
  private volatile Runnable onScan = () -> {};

  CountingProcessTable(ProcessTable table) {
    this.table = table;
  }

  /** Returns the number of scans of the whole table. Only a scan reads the row of init. */
  int scans() {
    return scans.get();
  }

  /** Sets an action to run at the start of each scan. */
  void onScan(Runnable reaction) {
    onScan = reaction;
  }

  @Override
  public Optional<ProcessStat> find(long pid) {
    if (pid == 1) {
      scans.incrementAndGet();
      onScan.run();
    }
    rowReads.incrementAndGet();
    return table.find(pid);
  }

  @Override
  public List<ProcessStat> all() {
    return table.all();
  }

  @Override
  public long[] pids() {
    listings.incrementAndGet();
    return table.pids();
  }

  @Override
  public Optional<String> environmentVariable(long pid, String variable) {
    environmentReads.incrementAndGet();
    return table.environmentVariable(pid, variable);
  }

  @Override
  public Optional<LimitMarker> limitMarker(long pid) {
    return table.limitMarker(pid);
  }

  @Override
  public OptionalLong realUserId(long pid) {
    return table.realUserId(pid);
  }

  @Override
  public Optional<PidCounter> pidCounter() {
    return table.pidCounter();
  }

  @Override
  public boolean isStopPending(long pid) {
    return table.isStopPending(pid);
  }

  @Override
  public long[] mainThreadChildren(long pid) {
    return table.mainThreadChildren(pid);
  }

  @Override
  public Optional<ProcessStat> probe(long pid) {
    rowReads.incrementAndGet();
    return table.probe(pid);
  }

  @Override
  public long currentPid() {
    return table.currentPid();
  }

  @Override
  public String bootId() {
    return table.bootId();
  }
}
