package io.luhproc.process;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Writes signals down and lets processes of a {@link ScriptedTable} die of them. */
final class RecordedSignals implements Signals {
  final List<String> sent = new ArrayList<>();
  final Set<Long> deafToTerm = new HashSet<>();
  final Set<Long> immortal = new HashSet<>();
  private final ScriptedTable table;
  private Consumer<ProcessEntry> onKill = entry -> {};

  RecordedSignals(ScriptedTable table) {
    this.table = table;
  }

  void onKill(Consumer<ProcessEntry> reaction) {
    onKill = reaction;
  }

  @Override
  public void send(ProcessEntry target, Signal signal) {
    sent.add(signal + " " + target.pid());
    boolean dies =
        signal == Signal.KILL || (signal == Signal.TERM && !deafToTerm.contains(target.pid()));
    if (dies && !immortal.contains(target.pid())) {
      onKill.accept(target);
      table.end(target.pid());
    }
  }

  @Override
  public boolean sendOrFail(ProcessEntry target, Signal signal) {
    send(target, signal);
    return true;
  }

  @Override
  public void killGroup(long group) {
    sent.add("KILL -" + group);
    for (ProcessEntry entry : table.all()) {
      if (entry.group() == group) {
        table.end(entry.pid());
      }
    }
  }

  @Override
  public void load() {
    sent.add("load");
  }
}
