package io.luhproc.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What {@link ProcessHandle} tells, for systems without {@code /proc}. */
record HandleDetails(ProcessTable table) implements ProcessDetails {

  @Override
  public Optional<ProcessInfo> info(long pid) {
    return table.find(pid).map(this::info);
  }

  private ProcessInfo info(ProcessEntry entry) {
    Optional<ProcessHandle.Info> told = ProcessHandle.of(entry.pid()).map(ProcessHandle::info);
    return new ProcessInfo(
        entry,
        table.identify(entry.pid()),
        told.flatMap(ProcessHandle.Info::startInstant),
        told.map(HandleDetails::commandLine).orElse(List.of()),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Map.of());
  }

  private static List<String> commandLine(ProcessHandle.Info info) {
    List<String> words = new ArrayList<>();
    info.command().ifPresent(words::add);
    info.arguments().ifPresent(arguments -> words.addAll(List.of(arguments)));
    return words;
  }

  @Override
  public List<Long> children(long pid) {
    return ProcessHandle.of(pid)
        .map(handle -> handle.children().map(ProcessHandle::pid).toList())
        .orElse(List.of());
  }

  @Override
  public OptionalLong pss(long pid) {
    return OptionalLong.empty();
  }
}
