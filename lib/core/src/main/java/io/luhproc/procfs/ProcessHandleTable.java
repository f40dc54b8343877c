package io.luhproc.procfs;

import io.luhproc.process.ProcessStat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads the process table from {@link ProcessHandle}, for systems without {@code /proc}.
 *
 * <p>It has parents, but no sessions, process groups, environments or zombies. A process that is
 * reparented is therefore no longer recognisable as a member of its tree.
 */
final class ProcessHandleTable implements ProcessTable {
  private static final char UNKNOWN_STATE = '?';

  @Override
  public Optional<ProcessStat> find(long pid) {
    return pid < 1
        ? Optional.empty()
        : ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(ProcessHandleTable::toStat);
  }

  @Override
  public List<ProcessStat> all() {
    return ProcessHandle.allProcesses().map(ProcessHandleTable::toStat).toList();
  }

  private static ProcessStat toStat(ProcessHandle handle) {
    ProcessHandle.Info info = handle.info();
    return new ProcessStat(
        handle.pid(),
        handle.parent().map(ProcessHandle::pid).orElse(0L),
        0,
        0,
        UNKNOWN_STATE,
        info.startInstant().map(Instant::toEpochMilli).orElse(0L),
        info.totalCpuDuration().orElse(Duration.ZERO),
        0,
        0,
        info.command().map(ProcessHandleTable::fileName).orElse(""));
  }

  private static String fileName(String command) {
    Path name = Path.of(command).getFileName();
    return name == null ? command : name.toString();
  }

  @Override
  public Optional<String> environmentVariable(long pid, String variable) {
    return Optional.empty();
  }

  @Override
  public String bootId() {
    return "";
  }
}
