package io.luhproc.procfs;

import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads process details from {@link ProcessHandle}, for systems without {@code /proc}. */
record ProcessHandleInfoReader(ProcessTable table) implements ProcessInfoReader {

  @Override
  public Optional<ProcessInfo> read(long pid) {
    return table.find(pid).map(this::info);
  }

  private ProcessInfo info(ProcessStat process) {
    Optional<ProcessHandle.Info> handleInfo =
        ProcessHandle.of(process.pid()).map(ProcessHandle::info);
    return new ProcessInfo(
        process,
        table.identify(process.pid()),
        handleInfo.flatMap(ProcessHandle.Info::startInstant),
        handleInfo.map(ProcessHandleInfoReader::commandLine).orElse(List.of()),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Map.of());
  }

  private static List<String> commandLine(ProcessHandle.Info info) {
    List<String> commandLine = new ArrayList<>();
    info.command().ifPresent(commandLine::add);
    info.arguments().ifPresent(arguments -> commandLine.addAll(List.of(arguments)));
    return commandLine;
  }

  @Override
  public List<Long> childPids(long pid) {
    return ProcessHandle.of(pid)
        .map(handle -> handle.children().map(ProcessHandle::pid).toList())
        .orElse(List.of());
  }

  @Override
  public OptionalLong pssBytes(long pid) {
    return OptionalLong.empty();
  }
}
